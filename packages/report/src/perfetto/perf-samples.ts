// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
import { perfetto as schema } from "@pyspy/schemas";
import type { CodeTable } from "../code/code-table.ts";
import { MEASURES } from "../observations/observations.ts";
import { fieldNumbers } from "../protobuf/field-numbers.ts";
import type { ThreadRuns } from "../timeline/threads-in-order.ts";
import type { UniqueIds } from "../timeline/unique-ids.ts";
import { InternedStacks } from "./interned-stacks.ts";
import { samplePackets } from "./sample-packets.ts";
import type { TraceWriter } from "./trace-writer.ts";

const PACKET = fieldNumbers(schema.TracePacketSchema);
const DEFAULTS = fieldNumbers(schema.TracePacketDefaultsSchema);
const SAMPLE_DEFAULTS = fieldNumbers(schema.PerfSampleDefaultsSchema);
const TIMEBASE = fieldNumbers(schema.PerfEvents_TimebaseSchema);
const FOLLOWER = fieldNumbers(schema.FollowerEventSchema);
const SAMPLE = fieldNumbers(schema.PerfSampleSchema);

/** A clock of perf is what such samples count; ours are named in their stead. */
export function writePerfSampleDefaults(writer: TraceWriter): void {
  const counter = schema.PerfEvents_Counter.SW_CPU_CLOCK;
  writer.message(DEFAULTS.perfSampleDefaults, () => {
    MEASURES.forEach(({ name }, index) => {
      if (index === 0) {
        writer.message(SAMPLE_DEFAULTS.timebase, () => {
          writer.uint(TIMEBASE.counter, counter);
          writer.string(TIMEBASE.name, name);
        });
      } else {
        writer.message(SAMPLE_DEFAULTS.followers, () => {
          writer.uint(FOLLOWER.counter, counter);
          writer.string(FOLLOWER.name, name);
        });
      }
    });
  });
}

/**
 * Each observation as a sample of Linux perf, which Perfetto has read for years. The counts are the
 * weights of the sample: the user interface adds them up as they are.
 */
export function* perfSamples(
  writer: TraceWriter,
  profile: Profile,
  code: CodeTable,
  ids: UniqueIds,
  threads: readonly ThreadRuns[],
): Generator<Uint8Array> {
  const stacks = new InternedStacks(profile, code, { withMapping: true });
  // Counts belong to samples by their time: samples of one tick must not share it.
  const delayNanos = (order: number): number => order;
  yield* samplePackets(writer, profile, threads, delayNanos, ({ thread, stack, weights }) => {
    const callstack = stack < 0 ? 0 : stacks.use(writer, stack);
    const [wallNanos, ...followers] = weights;
    writer.message(PACKET.perfSample, () => {
      writer.uint(SAMPLE.pid, ids.pid[profile.threads[thread]!.process]!);
      writer.uint(SAMPLE.tid, ids.tid[thread]!);
      if (callstack > 0) writer.uint(SAMPLE.callstackIid, callstack);
      writer.uint(SAMPLE.timebaseCount, wallNanos);
      for (const count of followers) writer.uint(SAMPLE.followerCounts, count);
    });
  });
}
