import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  columns,
  OwnerSchema,
  ProcessSchema,
  RunFlag,
  SampleBlockSchema,
  StateSchema,
} from "@pyspy/schemas";
import { describe, expect, it } from "vitest";
import { ChunkTables } from "./chunk-tables.ts";
import { decodeMessage } from "./decode-message.ts";
import { Malformed } from "./malformed.ts";
import type { OwnWeightTypes } from "./own-weights.ts";
import { SampleBlockDecoder } from "./sample-block.ts";
import { StagedRuns } from "./staged-runs.ts";
import { tickLimitNanos } from "./tick-weight.ts";

const { RUN_OWNER, RUN_PYTHON_STACK, RUN_STATE, RUN_CPU, RUN_GAP } = RunFlag;

function tables(): ChunkTables {
  const result = new ChunkTables();
  const owner = create(OwnerSchema, { process: 1, kind: { case: "thread", value: { tid: 1n } } });
  result.add(
    create(columns.TablesSchema, {
      process: [create(ProcessSchema, { pid: 1 })],
      owner: [owner, owner, owner],
    }),
  );
  return result;
}

type BlockInit = Omit<MessageInitShape<typeof SampleBlockSchema>, "$typeName" | "$unknown">;

/** A run of so many ticks. */
function run(ticks: number, flags: number): number {
  return (ticks - 1) * 64 + flags;
}

/** Decodes blocks one after the other. */
function decode(
  blocks: readonly BlockInit[],
  {
    runs = new StagedRuns(),
    rateHertz = 100,
    ownWeights = undefined as OwnWeightTypes | undefined,
  } = {},
): StagedRuns {
  const decoder = new SampleBlockDecoder();
  const context = {
    tables: tables(),
    tickUnitNanos: 1_000_000,
    limitNanos: tickLimitNanos(rateHertz),
    ownWeights,
  };
  for (const block of blocks) {
    const bytes = toBinary(SampleBlockSchema, create(SampleBlockSchema, block));
    decoder.decode(decodeMessage(columns.SampleBlockSchema, bytes), context, runs);
  }
  return runs;
}

describe("SampleBlockDecoder", () => {
  it("places runs by their gaps and weighs them by the times of the ticks", () => {
    const runs = decode([
      {
        startNanos: 5_000_000n,
        tickDelta: [0, 10, 20, 10],
        run: [run(1, RUN_OWNER | RUN_CPU), run(2, RUN_GAP | RUN_CPU), run(4, RUN_OWNER)],
        owner: [2, -1],
        cpu: [3, 7],
        gap: [1],
      },
    ]);
    expect([...runs.owner.subarray(0, 3)]).toEqual([2, 2, 1]);
    expect([...runs.startNanos.subarray(0, 3)]).toEqual([5e6, 35e6, 5e6]);
    expect([...runs.wallNanos.subarray(0, 3)]).toEqual([10e6, 10e6, 40e6]);
    expect([...runs.cpuNanos.subarray(0, 3)]).toEqual([3e6, 7e6, 0]);
    expect([...runs.open.view()]).toEqual([1, 2]);
    expect(runs.lastTickNanos).toBe(45e6);
  });

  it("reads the example of docs/capture-format.md", () => {
    const bytes = Uint8Array.from(
      "12 07 00 90 4E 90 4E 90 4E 1A 05 8B 01 0A CB 01 22 02 02 02 2A 03 04 01 04 3A 03 01 02 03"
        .split(" ")
        .map((byte) => Number.parseInt(byte, 16)),
    );
    const known = tables();
    known.states.push(create(StateSchema), create(StateSchema), create(StateSchema));
    for (const parent of [0, 1, 0]) known.stackParent.push(parent);
    const runs = new StagedRuns();
    const block = decodeMessage(columns.SampleBlockSchema, bytes);
    const context = { tables: known, tickUnitNanos: 1000, limitNanos: 1e9, ownWeights: undefined };
    new SampleBlockDecoder().decode(block, context, runs);
    const column = (values: ArrayLike<number>) => Array.from(values).slice(0, runs.length);
    expect(column(runs.ticks)).toEqual([3, 1, 4]);
    expect(column(runs.owner)).toEqual([1, 1, 2]);
    expect(column(runs.stack)).toEqual([2, 1, 3]);
    expect(column(runs.state)).toEqual([1, 2, 3]);
    expect(column(runs.startNanos)).toEqual([0, 30e6, 0]);
  });

  describe("with weights in the place of ticks", () => {
    const ownWeights = { samples: 1, wall: 0, cpu: -1 };
    const two = { tickDelta: [0, 0], run: [run(1, RUN_OWNER), run(1, 0)], owner: [1] };
    const weighed = (wall: bigint[], samples: bigint[]): BlockInit => ({
      ...two,
      weight: [
        { type: 0, value: wall },
        { type: 1, value: samples },
      ],
    });

    it("takes them from their columns", () => {
      const runs = decode([weighed([7n, 2n ** 53n - 1n], [1n, 2n ** 32n - 1n])], { ownWeights });
      expect([...runs.wallNanos.subarray(0, 2)]).toEqual([7, 2 ** 53 - 1]);
      expect([...runs.ticks.subarray(0, 2)]).toEqual([1, 2 ** 32 - 1]);
    });

    it.each<[string, BlockInit, RegExp]>([
      ["missing", two, /not one a run/],
      ["too few", weighed([1n], [1n, 1n]), /not one a run/],
      ["of no samples", weighed([1n, 1n], [1n, 0n]), /a run of 0 samples/],
      ["of too many samples", weighed([1n, 1n], [1n, 2n ** 32n]), /4294967296 samples/],
      ["of too much time", weighed([1n, 2n ** 53n], [1n, 1n]), /more than 104 days/],
    ])("refuses such that are %s", (_, block, message) => {
      expect(() => decode([block], { ownWeights })).toThrow(message);
    });
  });

  it("ends the last tick of a block at the first of the next", () => {
    const block = { tickDelta: [0, 10], run: [run(2, RUN_OWNER)], owner: [1] };
    const runs = decode([block, { ...block, startNanos: 25_000_000n }]);
    expect([...runs.wallNanos.subarray(0, 2)]).toEqual([25e6, 10e6]);
  });

  it("lets a tick stand for ten periods or a second, and reports the rest", () => {
    const block = { tickDelta: [0, 5000], run: [run(2, RUN_OWNER)], owner: [1] };
    const runs = decode([block]);
    expect(runs.wallNanos[0]).toBe(1e9);
    expect(runs.unobservedNanos).toBe(4e9);
    expect(decode([block], { rateHertz: 0.5 }).wallNanos[0]).toBe(5e9);
  });

  const good = { tickDelta: [0, 10], run: [run(2, RUN_OWNER)], owner: [1] };
  it.each<[string, BlockInit]>([
    ["no owner", { ...good, run: [run(2, 0)], owner: [] }],
    ["an owner that is not there", { ...good, owner: [4] }],
    ["a negative owner", { ...good, owner: [-1] }],
    ["an owner twice", { ...good, run: [run(1, 1), run(1, 1), run(1, 1)], owner: [1, 1, -1] }],
    [
      "a stack that is not there",
      { ...good, run: [run(2, 1 | RUN_PYTHON_STACK)], pythonStack: [1] },
    ],
    ["a state that is not there", { ...good, run: [run(2, 1 | RUN_STATE)], state: [1] }],
    ["more ticks than the block", { ...good, run: [run(3, RUN_OWNER)] }],
    ["a gap beyond the block", { ...good, run: [run(1, 1 | RUN_GAP)], gap: [2] }],
    ["runs without ticks", { ...good, tickDelta: [] }],
    ["a first tick after its block's start", { ...good, tickDelta: [1, 10] }],
    ["a column that is too long", { ...good, cpu: [1] }],
    ["a column that is too short", { ...good, run: [run(2, 1 | RUN_CPU)] }],
    ["a time beyond 104 days", { ...good, startNanos: 2n ** 60n }],
    ["a tick before the last block", { ...good, startNanos: 5_000_000n }],
  ])("refuses %s and keeps what it had", (_, bad) => {
    const runs = decode([good]);
    expect(() => decode([{ startNanos: 10_000_000n, ...bad }], { runs })).toThrow(Malformed);
    expect(runs).toMatchObject({ length: 1, firstTickNanos: 0, lastTickNanos: 10e6 });
    expect([...runs.open.view()]).toEqual([0]);
    expect(runs.wallNanos[0]).toBe(10e6);
  });
});
