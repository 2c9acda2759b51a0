// SPDX-License-Identifier: MIT

import { join } from "node:path";
import type { Interpreter } from "@pyspy/test/support/interpreters";
import { ADDRESS_REUSE, CALLING_PROGRAMS } from "@pyspy/test/support/stack-programs";
import { judgeStacks, type StackVerdict } from "@pyspy/test/support/stack-truth";
import { FLAT_OUT_HERTZ } from "../peers/peer.ts";
import { MODES, type Mode, record } from "../processes/record.ts";
import { SampleTarget } from "../processes/sample-target.ts";

/** What one program's recording in one mode was worth. */
export interface StackAccuracy {
  readonly program: string;
  readonly mode: Mode;
  readonly seconds: number;
  readonly verdict: StackVerdict;
  readonly retries: number;
  readonly stops: number;
  readonly stopsTimedOut: number;
  /** Buckets by powers of two, as in the capture. */
  readonly pauseNanos: readonly number[];
}

/** Records each program in each mode, as fast as the agent can. */
export async function measureStacks(
  python: Interpreter,
  seconds: number,
  cpu: string,
  folder: string,
  progress: (text: string) => void,
): Promise<StackAccuracy[]> {
  const measured: StackAccuracy[] = [];
  for (const { name, rule } of [...CALLING_PROGRAMS, ADDRESS_REUSE]) {
    const target = await SampleTarget.start(python, name, cpu);
    for (const mode of MODES) {
      progress(`CPython ${python.version}: ${name}, ${mode}`);
      const output = join(folder, "stacks.pspy");
      const { pid } = target;
      const profile = await record({ pid, rateHertz: FLAT_OUT_HERTZ, seconds, mode, output });
      const counters = profile.recordings[0]!.counters!;
      measured.push({
        program: name,
        mode,
        seconds,
        verdict: judgeStacks(profile, rule(target.manifest())),
        retries: Number(counters.retries),
        stops: Number(counters.stops),
        stopsTimedOut: Number(counters.stopsTimedOut),
        pauseNanos: (counters.pauseNanos?.bucket ?? []).map(Number),
      });
    }
    await target.stop();
  }
  return measured;
}
