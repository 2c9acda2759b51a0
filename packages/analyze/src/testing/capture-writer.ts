// SPDX-License-Identifier: MIT
import { create } from "@bufbuild/protobuf";
import { EndReason, RunFlag, type SampleBlock, SampleBlockSchema } from "@pyspy/schemas";
import { RecordWriter } from "../write/record-writer.ts";
import { CaptureTables, type TestProcess } from "./capture-tables.ts";
import { parseStackText, type TextRun } from "./stack-text.ts";

/** 100 Hz in ticks of a microsecond: every tick lasts 10 ms. */
export const TEST_PERIOD_NANOS = 10_000_000;
const TICK_UNIT_NANOS = 1000;

export interface CaptureOptions {
  /** Ticks in a block; default 4. */
  readonly blockTicks?: number;
  /** Blocks in a chunk; default 2. */
  readonly chunkBlocks?: number;
  readonly process?: Partial<TestProcess>;
  readonly startRealtimeNanos?: bigint;
  readonly footer?: boolean;
  readonly majorVersion?: number;
  readonly hostName?: string;
  /** Says of every run that the thread used the processor for all of it; default: not known. */
  readonly cpu?: boolean;
}

/** A capture of what the text says; see `parseStackText`. */
export function captureOf(text: string, options: CaptureOptions = {}): Uint8Array {
  return writeCapture(parseStackText(text), options);
}

/** A valid capture of these runs. */
export function writeCapture(runs: readonly TextRun[], options: CaptureOptions = {}): Uint8Array {
  const { blockTicks = 4, chunkBlocks = 2, footer = true } = options;
  const ticks = tickGrid(runs);
  const tickCount = Math.max(0, ...[...ticks.values()].map((row) => row.length));
  const writer = new RecordWriter();
  writer.add({
    case: "header",
    value: {
      format: "pspy",
      majorVersion: options.majorVersion ?? 1,
      agentVersion: "0.0.0-test",
      clock: { realtimeNanos: options.startRealtimeNanos ?? 1_700_000_000_000_000_000n },
      options: { rateHertz: 1e9 / TEST_PERIOD_NANOS },
      ...(options.hostName === undefined ? {} : { host: { name: options.hostName } }),
    },
  });
  const chunkTicks = blockTicks * chunkBlocks;
  const chunkCount = Math.ceil(tickCount / chunkTicks);
  for (let sequence = 0; sequence < chunkCount; sequence++) {
    const first = sequence * chunkTicks;
    const end = Math.min(first + chunkTicks, tickCount);
    writeChunk(writer, { sequence, first, end, blockTicks, ticks, options });
  }
  if (footer) {
    const timeNanos = BigInt(tickCount * TEST_PERIOD_NANOS);
    writer.add({ case: "footer", value: { reason: EndReason.END_DURATION, timeNanos } });
  }
  return writer.bytes();
}

/** The kernel id that the captures give a thread: the same for a name in all of them. */
export function testTid(thread: string): bigint {
  return [...thread].reduce((id, letter) => id * 31n + BigInt(letter.charCodeAt(0)), 0n) % 30_000n;
}

/** What every thread was seen doing at each tick. */
type TickGrid = ReadonlyMap<string, readonly TextRun[]>;

function tickGrid(runs: readonly TextRun[]): TickGrid {
  const grid = new Map<string, TextRun[]>();
  for (const run of runs) {
    const row = grid.get(run.thread) ?? [];
    grid.set(run.thread, row);
    for (let i = 0; i < run.ticks; i++) row.push(run);
  }
  return grid;
}

interface ChunkPlan {
  readonly sequence: number;
  readonly first: number;
  readonly end: number;
  readonly blockTicks: number;
  readonly ticks: TickGrid;
  readonly options: CaptureOptions;
}

function writeChunk(writer: RecordWriter, plan: ChunkPlan): void {
  const { sequence, first, end, blockTicks, options } = plan;
  const tables = new CaptureTables({
    pid: 42,
    command: ["python", "app.py"],
    startBootNanos: 1_000_000_000n,
    ...options.process,
  });
  const blocks: SampleBlock[] = [];
  for (let at = first; at < end; at += blockTicks) {
    blocks.push(makeBlock(tables, { ...plan, first: at, end: Math.min(at + blockTicks, end) }));
  }
  writer.add({
    case: "chunkStart",
    value: {
      marker: 0x4b4e484359505350n,
      sequence: BigInt(sequence),
      timeNanos: BigInt(first * TEST_PERIOD_NANOS),
      tickUnitNanos: TICK_UNIT_NANOS,
      rateHertz: 1e9 / TEST_PERIOD_NANOS,
    },
  });
  writer.add({ case: "tables", value: tables.tables });
  for (const block of blocks) writer.add({ case: "samples", value: block });
  writer.endChunk({
    sequence: BigInt(sequence),
    timeNanos: BigInt(end * TEST_PERIOD_NANOS),
    counters: { ticksAsked: BigInt(end - first), ticksTaken: BigInt(end - first) },
  });
}

function makeBlock(tables: CaptureTables, { first, end, ticks, options }: ChunkPlan): SampleBlock {
  const block = create(SampleBlockSchema, { startNanos: BigInt(first * TEST_PERIOD_NANOS) });
  for (let tick = first; tick < end; tick++) {
    block.tickDelta.push(tick === first ? 0 : TEST_PERIOD_NANOS / TICK_UNIT_NANOS);
  }
  let [lastOwner, lastStack, lastState] = [0, 0, 0];
  for (const [thread, row] of ticks) {
    const owner = tables.owner(thread, testTid(thread));
    for (let tick = first; tick < Math.min(end, row.length); ) {
      const run = row[tick]!;
      let until = tick;
      while (until < end && row[until] === run) until++;
      const stack = tables.stack(run.frames);
      const state = tables.state(run);
      let flags = 0;
      if (owner !== lastOwner) {
        flags |= RunFlag.RUN_OWNER;
        block.owner.push(owner - lastOwner);
      }
      if (stack !== lastStack) {
        flags |= RunFlag.RUN_PYTHON_STACK;
        block.pythonStack.push(stack - lastStack);
      }
      if (state !== lastState) {
        flags |= RunFlag.RUN_STATE;
        block.state.push(state);
      }
      if (options.cpu === true) {
        flags |= RunFlag.RUN_CPU;
        block.cpu.push(((until - tick) * TEST_PERIOD_NANOS) / TICK_UNIT_NANOS);
      }
      block.run.push((until - tick - 1) * 64 + flags);
      [lastOwner, lastStack, lastState] = [owner, stack, state];
      tick = until;
    }
  }
  return block;
}
