// SPDX-License-Identifier: MIT

import type { CaptureTable } from "./capture-table.ts";
import { frames, functions, stacks } from "./code-tables.ts";
import { processes, threads } from "./process-tables.ts";
import { captures, recordings } from "./recording-tables.ts";
import { samples } from "./sample-tables.ts";

/** All tables, those first that others refer to. docs/query.md lists them. */
export const captureTables: readonly CaptureTable[] = [
  captures,
  recordings,
  processes,
  threads,
  functions,
  frames,
  stacks,
  samples,
];
