// SPDX-License-Identifier: MIT

import { holdsGil, isIdle, type SampleTable, waitsForGil } from "@pyspy/analyze";

/** What a thread was doing besides its stack, in the words that exports use. */
export interface ThreadActivity {
  readonly state: "active" | "idle";
  /** `undefined`: neither held nor waited for, or not known. */
  readonly gil: "held" | "waiting" | undefined;
}

/** All there are; a number of `activityOf` is an index here. */
export const ACTIVITIES: readonly ThreadActivity[] = (["active", "idle"] as const).flatMap(
  (state) => ([undefined, "held", "waiting"] as const).map((gil) => ({ state, gil })),
);

/** Index in `ACTIVITIES`. */
export function activityOf(samples: SampleTable, run: number): number {
  return (isIdle(samples, run) ? 3 : 0) + gilOf(samples, run);
}

function gilOf(samples: SampleTable, run: number): number {
  if (holdsGil(samples, run)) return 1;
  return waitsForGil(samples, run) ? 2 : 0;
}
