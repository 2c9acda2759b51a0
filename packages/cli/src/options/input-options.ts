// SPDX-License-Identifier: MIT

import { FOREIGN_FORMATS, type ForeignFormat } from "@pyspy/analyze";
import type { Options } from "yargs";
import type { ReadAs } from "../cli-io.ts";
import { UsageError } from "../errors.ts";
import type { ParsedOptions } from "./parsed-options.ts";

const INPUT = "Input:";
const OURS = "pspy";
const FASTEST_HERTZ = 1e9;

/** How inputs are read; every command that reads files takes them. */
export const INPUT_OPTIONS: Readonly<Record<"input-format" | "input-rate", Options>> = {
  "input-format": {
    choices: [OURS, ...Object.keys(FOREIGN_FORMATS)],
    requiresArg: true,
    group: INPUT,
    description: "what the inputs are; without it, what is in them says it",
  },
  "input-rate": {
    type: "string",
    requiresArg: true,
    group: INPUT,
    description:
      "samples per second, for formats that count samples and do not say it (collapsed stacks: 100)",
  },
};

/** @throws UsageError */
export function readAs(options: ParsedOptions): ReadAs {
  const rate = options.text("input-rate");
  const rateHertz = rate === undefined ? undefined : Number(rate);
  if (rateHertz !== undefined && !(rateHertz > 0 && rateHertz <= FASTEST_HERTZ)) {
    throw new UsageError(`--input-rate takes samples per second, not ${rate}`);
  }
  return {
    format: options.text("input-format") as ForeignFormat | typeof OURS | undefined,
    rateHertz,
  };
}
