// SPDX-License-Identifier: MIT

import type { Options } from "yargs";
import type { ParsedOptions } from "./parsed-options.ts";

/** How long the tables of an answer are. JSON always has everything. */
export const ROW_OPTIONS: Readonly<Record<"limit", Options>> = {
  limit: {
    alias: "n",
    type: "string",
    requiresArg: true,
    group: "Output:",
    description: "rows of a table, 20 if not given; 0: all",
  },
};

const ROWS = 20;

/** @throws UsageError */
export function rowLimit(options: ParsedOptions): number {
  const limit = options.count("limit", ROWS, 0);
  return limit === 0 ? Number.POSITIVE_INFINITY : limit;
}
