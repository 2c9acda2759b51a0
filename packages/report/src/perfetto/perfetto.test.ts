// SPDX-License-Identifier: MIT

import { fromBinary } from "@bufbuild/protobuf";
import { perfetto as schema } from "@pyspy/schemas";
import { expect, test } from "vitest";
import { HOSTILE_NAMES } from "../testing/hostile-names.ts";
import { joinBytes } from "../testing/join-bytes.ts";
import { renameFunctions, reportInput } from "../testing/report-input.ts";
import { functionName } from "../text/function-name.ts";
import { perfetto } from "./perfetto.ts";
import { PERFETTO_SAMPLES } from "./samples-mode.ts";

const ORIGIN = 1_700_000_000_000_000_000n;

function render(...args: Parameters<typeof reportInput>): schema.TracePacket[] {
  const bytes = joinBytes(perfetto.render(reportInput(...args)));
  return fromBinary(schema.TraceSchema, bytes).packet;
}

type Data<Case extends schema.TracePacket["data"]["case"]> = Extract<
  schema.TracePacket["data"],
  { case: Case }
>["value"];

/** The packets of one kind with their times in ms since the start. */
function packets<Case extends schema.TracePacket["data"]["case"]>(
  trace: readonly schema.TracePacket[],
  kind: Case,
): { ms: number; value: NonNullable<Data<Case>> }[] {
  return trace
    .filter(({ data }) => data.case === kind)
    .map(({ timestamp, data }) => ({
      ms: Number(timestamp - ORIGIN) / 1e6,
      value: data.value as NonNullable<Data<Case>>,
    }));
}

/** The interned stacks of a trace as text; fails where an id is used before it is defined. */
function stackReader(trace: readonly schema.TracePacket[]): (packet: schema.TracePacket) => string {
  const names = new Map<bigint, string>();
  const frames = new Map<bigint, string>();
  const stacks = new Map<bigint, string>();
  const at = new Map<schema.TracePacket, string>();
  for (const packet of trace) {
    const {
      functionNames = [],
      frames: newFrames = [],
      callstacks = [],
    } = packet.internedData ?? {};
    for (const { iid, str } of functionNames) names.set(iid, Buffer.from(str).toString());
    for (const frame of newFrames) {
      expect(names.has(frame.functionNameId)).toBe(true);
      frames.set(frame.iid, `${names.get(frame.functionNameId)}:${frame.lineNumber}`);
    }
    for (const { iid, frameIds } of callstacks) {
      for (const id of frameIds) expect(frames.has(id)).toBe(true);
      stacks.set(iid, frameIds.map((id) => frames.get(id)).join(";"));
    }
    const { data } = packet;
    if (data.case !== "stackSample" && data.case !== "perfSample") continue;
    if (data.value.callstackIid !== 0n) expect(stacks.has(data.value.callstackIid)).toBe(true);
    at.set(packet, stacks.get(data.value.callstackIid) ?? "");
  }
  return (packet) => at.get(packet)!;
}

const TEXT = `
  main gil R: main:3;work:7 2
  main waits S: main:4 1
  worker R: run:9 1
  worker gil R: main:3;work:7 2
`;

test("an observation is a sample with wall, CPU and GIL time", () => {
  const trace = render(TEXT, { capture: { cpu: true } });
  const stackOf = stackReader(trace);
  const samples = trace.flatMap((packet) => {
    const { data, timestamp } = packet;
    if (data.case !== "stackSample") return [];
    const { taskContextIid, primaryWeight, followerWeights } = data.value;
    const weights = [primaryWeight, ...followerWeights].map((weight) => Number(weight));
    const ms = Number(timestamp - ORIGIN) / 1e6;
    return [`${taskContextIid} ${ms} ${stackOf(packet)} ${weights.join(" ")}`];
  });
  expect(samples).toEqual([
    "1 0 main:3;work:7 10000000 15000000 10000000 1",
    "1 10 main:3;work:7 10000000 15000000 10000000 1",
    "1 20 main:4 10000000 0 0 1",
    "2 0 run:9 10000000 10000000 0 1",
    "2 10 main:3;work:7 10000000 10000000 10000000 1",
    "2 20 main:3;work:7 10000000 10000000 10000000 1",
  ]);
  const contexts = trace.flatMap(({ internedData }) => internedData?.stackSampleTaskContexts ?? []);
  expect(contexts.map(({ iid, pid }) => [iid, pid])).toEqual([
    [1n, 42],
    [2n, 42],
  ]);
  const defaults = trace[0]!.tracePacketDefaults!.stackSampleDefaults!;
  const counters = [defaults.primaryDescriptor!, ...defaults.followerDescriptors];
  expect(counters.map(({ name }) => name)).toEqual(["wall", "cpu", "gil", "samples"]);
});

test("for older versions, as samples of perf whose frames have a mapping", () => {
  const trace = render(TEXT, { perfettoSamples: "perf" });
  const stackOf = stackReader(trace);
  const samples = trace.filter(({ data }) => data.case === "perfSample");
  expect(samples.map(stackOf)).toEqual([
    "main:3;work:7",
    "main:3;work:7",
    "main:4",
    "run:9",
    "main:3;work:7",
    "main:3;work:7",
  ]);
  const frames = trace.flatMap(({ internedData }) => internedData?.frames ?? []);
  expect(frames.every(({ mappingId, relPc }) => mappingId === 1n && relPc > 0n)).toBe(true);
});

test("slices begin and end", () => {
  const trace = render("main R: a;b 1\nmain R: a 1", { perfettoSamples: "slices" });
  const { SLICE_BEGIN, SLICE_END } = schema.TrackEvent_Type;
  const events = packets(trace, "trackEvent").map(({ ms, value }) => [ms, value.type]);
  expect(events).toEqual([
    [0, SLICE_BEGIN],
    [0, SLICE_BEGIN],
    [10, SLICE_END],
    [20, SLICE_END],
  ]);
});

test.each(PERFETTO_SAMPLES)("%s: states and the GIL, also of what filters leave out", (mode) => {
  const trace = render(TEXT, { active: true, perfettoSamples: mode });
  const states = packets(trace, "genericKernelTaskStateEvent").map(
    ({ ms, value }) =>
      `${ms} ${value.comm} ${schema.GenericKernelTaskStateEvent_State[value.state]}`,
  );
  expect(states).toEqual([
    "0 main TASK_STATE_RUNNABLE",
    "20 main TASK_STATE_INTERRUPTIBLE_SLEEP",
    "0 worker TASK_STATE_RUNNABLE",
  ]);
  const { COUNTER } = schema.TrackEvent_Type;
  const waiting = packets(trace, "trackEvent")
    .filter(({ value }) => value.type === COUNTER)
    .map(({ ms, value }) => [ms, value.counterValue]);
  expect(waiting).toEqual([
    [20, 1n],
    [30, 0n],
  ]);
});

test("a thread that is seen no more is at an end", () => {
  const trace = render("main R: a 3\nworker S: b 1");
  expect(
    packets(trace, "genericKernelTaskStateEvent").map(({ ms, value }) => [
      ms,
      value.comm,
      value.state,
    ]),
  ).toEqual([
    [0, "main", schema.GenericKernelTaskStateEvent_State.TASK_STATE_RUNNABLE],
    [0, "worker", schema.GenericKernelTaskStateEvent_State.TASK_STATE_INTERRUPTIBLE_SLEEP],
    [10, "worker", schema.GenericKernelTaskStateEvent_State.TASK_STATE_DEAD],
  ]);
});

test.each(PERFETTO_SAMPLES)("%s: any name is written as visible text", (mode) => {
  const text = HOSTILE_NAMES.map((_, index) => `main R: top;f${index} 1`).join("\n");
  const trace = render(text, {
    perfettoSamples: mode,
    change: (profile) =>
      renameFunctions(profile, (name) => HOSTILE_NAMES[Number(name.slice(1))] ?? name),
  });
  const names = trace.flatMap(({ internedData }) =>
    mode === "slices"
      ? (internedData?.eventNames.map(({ name }) => name) ?? [])
      : (internedData?.functionNames.map(({ str }) => Buffer.from(str).toString()) ?? []),
  );
  expect(names.sort()).toEqual(["top", ...HOSTILE_NAMES.map(functionName)].sort());
});

test("tracks are described before they are used", () => {
  const described = new Set<bigint>();
  for (const { data } of render(TEXT, { perfettoSamples: "slices" })) {
    if (data.case === "trackDescriptor") {
      const { uuid, parentUuid } = data.value;
      if (parentUuid !== 0n) expect(described.has(parentUuid)).toBe(true);
      described.add(uuid);
    } else if (data.case === "trackEvent") expect(described.has(data.value.trackUuid)).toBe(true);
  }
  expect(described.size).toBe(6);
});
