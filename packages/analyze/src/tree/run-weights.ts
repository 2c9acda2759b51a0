// SPDX-License-Identifier: MIT
import type { WeightUnit } from "../model/call-tree.ts";
import type { SampleTable } from "../model/profile.ts";

/** The column of the sample table that holds a unit. */
export function runWeights(samples: SampleTable, unit: WeightUnit): Uint32Array | Float64Array {
  switch (unit) {
    case "samples":
      return samples.ticks;
    case "wall-nanos":
      return samples.wallNanos;
    case "cpu-nanos":
      return samples.cpuNanos;
  }
}
