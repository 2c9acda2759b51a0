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
const SAMPLE_DEFAULTS = fieldNumbers(schema.StackSampleDefaultsSchema);
const DESCRIPTOR = fieldNumbers(schema.StackSample_CounterDescriptorSchema);
const SAMPLE = fieldNumbers(schema.StackSampleSchema);
const CONTEXT = fieldNumbers(schema.StackSample_TaskContextSchema);
const INTERNED = fieldNumbers(schema.InternedDataSchema);

/** Perfetto names its tracks and flame graphs after it. */
const SOURCE = "python";
const UNITS = {
  nanoseconds: schema.StackSample_Unit.TIME_NS,
  count: schema.StackSample_Unit.COUNT,
} as const;

/** What holds for all samples: where they come from, and what their weights mean. */
export function writeStackSampleDefaults(writer: TraceWriter): void {
  writer.message(DEFAULTS.stackSampleDefaults, () => {
    writer.string(SAMPLE_DEFAULTS.source, SOURCE);
    MEASURES.forEach(({ name, unit, about }, index) => {
      const { primaryDescriptor, followerDescriptors } = SAMPLE_DEFAULTS;
      writer.message(index === 0 ? primaryDescriptor : followerDescriptors, () => {
        writer.string(DESCRIPTOR.name, name);
        writer.uint(DESCRIPTOR.unit, UNITS[unit]);
        writer.string(DESCRIPTOR.description, about);
      });
    });
  });
}

/**
 * Each observation as one StackSample (Perfetto v58): wall time is its weight; CPU time, time with
 * the GIL and the number 1 follow, so that one file has a flame graph of each.
 */
export function* stackSamples(
  writer: TraceWriter,
  profile: Profile,
  code: CodeTable,
  ids: UniqueIds,
  threads: readonly ThreadRuns[],
): Generator<Uint8Array> {
  const stacks = new InternedStacks(profile, code, { withMapping: false });
  const described = new Set<number>();
  const describe = (thread: number): void =>
    writer.message(INTERNED.stackSampleTaskContexts, () => {
      described.add(thread);
      writer.uint(CONTEXT.iid, thread + 1);
      writer.uint(CONTEXT.pid, ids.pid[profile.threads[thread]!.process]!);
      writer.uint(CONTEXT.tid, ids.tid[thread]!);
    });
  const delayNanos = (): number => 0;
  yield* samplePackets(writer, profile, threads, delayNanos, ({ thread, stack, weights }) => {
    const context = described.has(thread) ? undefined : () => describe(thread);
    let callstack = 0;
    if (stack >= 0) callstack = stacks.use(writer, stack, context);
    else if (context !== undefined) writer.message(PACKET.internedData, context);
    const [wallNanos, ...followers] = weights;
    writer.message(PACKET.stackSample, () => {
      writer.uint(SAMPLE.taskContextIid, thread + 1);
      if (callstack > 0) writer.uint(SAMPLE.callstackIid, callstack);
      writer.uint(SAMPLE.primaryWeight, wallNanos);
      writer.packed(SAMPLE.followerWeights, followers);
    });
  });
}
