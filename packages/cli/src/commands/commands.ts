// SPDX-License-Identifier: MIT

import type { Command } from "./command.ts";
import { summary } from "./summary.ts";

/** All subcommands, in the order in which help lists them. */
export const commands: readonly Command[] = [summary];
