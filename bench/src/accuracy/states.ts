// SPDX-License-Identifier: MIT

import { join } from "node:path";
import type { Interpreter } from "@pyspy/test/support/interpreters";
import {
  gilConflicts,
  type RecordedStates,
  recordedStates,
  type StatesManifest,
} from "@pyspy/test/support/state-truth";
import { record } from "../processes/record.ts";
import { SampleTarget } from "../processes/sample-target.ts";

export interface StateAccuracy {
  readonly truth: StatesManifest;
  readonly recorded: ReadonlyMap<string, RecordedStates>;
  readonly gilConflicts: number;
  readonly ticks: number;
}

/** Of each thread with a known state, what was recorded. */
export async function measureStates(
  python: Interpreter,
  rateHertz: number,
  seconds: number,
  folder: string,
): Promise<StateAccuracy> {
  // On any CPU: six of its threads want to run.
  const target = await SampleTarget.start(python, "states", "");
  const output = join(folder, "states.pspy");
  const profile = await record({ pid: target.pid, rateHertz, seconds, mode: "default", output });
  const truth = target.manifest() as StatesManifest;
  await target.stop();
  return {
    truth,
    recorded: recordedStates(profile, truth),
    gilConflicts: gilConflicts(profile),
    ticks: Number(profile.recordings[0]!.counters!.ticksTaken),
  };
}
