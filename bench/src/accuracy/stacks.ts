// SPDX-License-Identifier: MIT

import { join } from "node:path";
import type { Interpreter } from "@pyspy/test/support/interpreters";
import {
  type CallersManifest,
  type ChainsManifest,
  callersRule,
  chainsRule,
  judgeStacks,
  type StackRule,
  type StackVerdict,
  type TextsManifest,
  textsRule,
} from "@pyspy/test/support/stack-truth";
import { FLAT_OUT_HERTZ } from "../peers/peer.ts";
import { SampleTarget } from "../processes/sample-target.ts";
import { MODES, type Mode, record } from "./record.ts";

/** A program of samples/ and the rule that its stacks keep. */
interface StackProgram {
  readonly name: string;
  readonly rule: (manifest: unknown) => StackRule;
}

export const STACK_PROGRAMS: readonly StackProgram[] = [
  { name: "flutter", rule: (manifest) => chainsRule(manifest as ChainsManifest) },
  { name: "generators", rule: (manifest) => callersRule(manifest as CallersManifest) },
  { name: "coroutines", rule: (manifest) => callersRule(manifest as CallersManifest) },
  { name: "recursion", rule: (manifest) => callersRule(manifest as CallersManifest) },
  { name: "address_reuse", rule: (manifest) => textsRule(manifest as TextsManifest) },
];

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
  for (const { name, rule } of STACK_PROGRAMS) {
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
