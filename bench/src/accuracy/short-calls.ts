// SPDX-License-Identifier: MIT

import { join } from "node:path";
import type { Interpreter } from "@pyspy/test/support/interpreters";
import {
  addLeafCounts,
  chanceVariation,
  countSum,
  totalVariation,
} from "@pyspy/test/support/leaf-shares";
import { type Mode, record } from "../processes/record.ts";
import { SampleTarget } from "../processes/sample-target.ts";

/** How far the shares of functions of some 50 ns are, by default, from those that stops show. */
export interface ShortCallAccuracy {
  /** Observations of the default mode, and of --blocking. */
  readonly samples: number;
  readonly blockingSamples: number;
  /** Half the sum of the differences between the shares. */
  readonly distance: number;
  /** What it is on average for two samples of one distribution. */
  readonly chance: number;
  /** Of the default mode. */
  readonly stops: number;
}

const RATE_HERTZ = 4000;
const TURNS = 3;

export async function measureShortCalls(
  python: Interpreter,
  seconds: number,
  cpu: string,
  folder: string,
): Promise<ShortCallAccuracy> {
  const target = await SampleTarget.start(python, "short_calls", cpu);
  const counts = { default: new Map<string, number>(), blocking: new Map<string, number>() };
  let stops = 0;
  const output = join(folder, "short.pspy");
  for (let turn = 0; turn < TURNS; turn++) {
    for (const mode of ["default", "blocking"] as const satisfies readonly Mode[]) {
      const profile = await record({
        pid: target.pid,
        rateHertz: RATE_HERTZ,
        seconds: seconds / TURNS,
        mode,
        output,
      });
      addLeafCounts(profile, counts[mode]);
      if (mode === "default") stops += Number(profile.recordings[0]!.counters!.stops);
    }
  }
  await target.stop();
  return {
    samples: countSum(counts.default),
    blockingSamples: countSum(counts.blocking),
    distance: totalVariation(counts.default, counts.blocking),
    chance: chanceVariation(counts.default, counts.blocking),
    stops,
  };
}
