// SPDX-License-Identifier: MIT

import { holdsGil, type Profile } from "@pyspy/analyze";
import { timedSamples } from "../timeline/sample-times.ts";
import type { ThreadRuns } from "../timeline/threads-in-order.ts";
import type { TraceWriter } from "./trace-writer.ts";

/** One observation, as packets of samples have it. */
export interface PacketSample {
  /** Index in `profile.threads`. */
  readonly thread: number;
  /** Index in `profile.stacks`; -1: the empty stack. */
  readonly stack: number;
  /** One of each of `MEASURES`, in their order. */
  readonly weights: readonly [wallNanos: number, ...followers: number[]];
}

/**
 * Writes a packet for each observation, thread by thread.
 *
 * @param delayNanos how much later the packets of the n-th thread are dated.
 * @param write writes what the packet has besides its time.
 */
export function* samplePackets(
  writer: TraceWriter,
  profile: Profile,
  threads: readonly ThreadRuns[],
  delayNanos: (order: number) => number,
  write: (sample: PacketSample) => void,
): Generator<Uint8Array> {
  const { samples } = profile;
  for (const [order, { thread, runs }] of threads.entries()) {
    const delay = delayNanos(order);
    for (const { run, startNanos, wallNanos, cpuNanos } of timedSamples(samples, runs)) {
      const gilNanos = holdsGil(samples, run) ? wallNanos : 0;
      const weights = [wallNanos, cpuNanos, gilNanos, 1] as const;
      writer.packet(startNanos + delay, () => {
        write({ thread, stack: samples.stack[run]!, weights });
      });
      yield* writer.pieces();
    }
  }
}
