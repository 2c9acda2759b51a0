// SPDX-License-Identifier: MIT

import type { Thread } from "@pyspy/analyze";
import { visibleText } from "./visible-text.ts";

/** Its name as visible text; where it has none, "thread" and its number. */
export function threadName({ name, tid, pythonThreadId }: Thread): string {
  if (name !== "") return visibleText(name);
  return `thread ${tid !== 0n ? tid : `0x${pythonThreadId.toString(16)}`}`;
}
