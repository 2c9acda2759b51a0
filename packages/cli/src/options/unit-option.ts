// SPDX-License-Identifier: MIT

import type { WeightUnit } from "@pyspy/analyze";
import type { Options } from "yargs";
import type { ParsedOptions } from "./parsed-options.ts";

/** The units by their names on the command line. */
const WEIGHT_UNITS: Readonly<Record<string, WeightUnit>> = {
  wall: "wall-nanos",
  cpu: "cpu-nanos",
  samples: "samples",
};

/** What is added up. */
export const UNIT_OPTION: Readonly<Record<"unit", Options>> = {
  unit: {
    choices: Object.keys(WEIGHT_UNITS),
    group: "How it is shown:",
    description: "what is added up: wall (time passed; the default), cpu, samples",
  },
};

export function weightUnit(options: ParsedOptions): WeightUnit {
  return WEIGHT_UNITS[options.text("unit") ?? "wall"]!;
}
