// SPDX-License-Identifier: MIT

import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { crc32 } from "node:zlib";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  type Record as CaptureRecord,
  EndReason,
  LineTableKind,
  RecordSchema,
  RunFlag,
  StateFlag,
} from "@pyspy/schemas";

/** Shape of the capture: a server with a few threads, busy with many different requests. */
export interface BigCapture {
  /** Each is a run of its own: no two neighbours are alike. */
  readonly samples: number;
  /** Distinct ones, of which each is used. */
  readonly stacks: number;
}

const THREADS = 8;
const FUNCTIONS = 4000;
const FILES = 200;
const LEAST_DEPTH = 12;
/** Stacks below one another share the rest: 12 to 31 frames. */
const DEPTHS = 20;
const BLOCK_TICKS = 1024;
const CHUNK_BLOCKS = 16;
const TICK_MICROS = 1000;
/** Samples that a request lasts, and stacks that they are on. */
const REQUEST_SAMPLES = 64;
const NEIGHBOURS = 16;
const MARKER = 0x4b4e484359505350n;

type Body = CaptureRecord["body"];

/** Writes a capture of that shape, the same every time. */
export async function writeBigCapture(path: string, shape: BigCapture): Promise<void> {
  const random = randomNumbers(1);
  const file = createWriteStream(path);
  let checksum = 0;
  const write = (body: unknown): void => {
    const record = toBinary(RecordSchema, create(RecordSchema, { body: body as Body }));
    const bytes = Buffer.concat([Uint8Array.of(0x0a, ...varint(record.length)), record]);
    checksum = crc32(bytes, checksum);
    file.write(bytes);
  };
  write({
    case: "header",
    value: {
      format: "pspy",
      majorVersion: 1,
      agentVersion: "bench",
      clock: { realtimeNanos: 1_700_000_000_000_000_000n },
      options: { rateHertz: 1e6 / TICK_MICROS },
    },
  });
  const tables = tablesOf(shape.stacks, random);
  const blocks = Math.ceil(shape.samples / THREADS / BLOCK_TICKS);
  const nanosOf = (block: number): bigint => BigInt(block * BLOCK_TICKS * TICK_MICROS * 1000);
  for (let block = 0, used = 0; block < blocks; block++) {
    const sequence = BigInt(Math.floor(block / CHUNK_BLOCKS));
    if (block % CHUNK_BLOCKS === 0) {
      checksum = 0;
      const rateHertz = 1e6 / TICK_MICROS;
      const timeNanos = nanosOf(block);
      write({
        case: "chunkStart",
        value: { marker: MARKER, sequence, timeNanos, tickUnitNanos: 1000, rateHertz },
      });
      write({ case: "tables", value: tables });
    }
    const { value, next } = samplesOf(nanosOf(block), shape.stacks, used, random);
    used = next;
    write({ case: "samples", value });
    if (block % CHUNK_BLOCKS === CHUNK_BLOCKS - 1 || block === blocks - 1) {
      const timeNanos = nanosOf(block + 1);
      write({ case: "chunkEnd", value: { sequence, timeNanos, crc32: checksum } });
    }
  }
  write({ case: "footer", value: { reason: EndReason.END_DURATION, timeNanos: nanosOf(blocks) } });
  file.end();
  await finished(file);
}

/** Names, code and stacks; a stack of n frames is one of n - 1 and a frame more. */
function tablesOf(stacks: number, random: (limit: number) => number): object {
  const string = [
    ...Array.from({ length: FILES }, (_, i) => `/srv/app/package_${i % 20}/module_${i}.py`),
    ...Array.from({ length: FUNCTIONS }, (_, i) => `Service${i % 97}.handle_request_${i}`),
  ];
  const code = Array.from({ length: FUNCTIONS }, (_, i) => ({
    name: FILES + 1 + i,
    qualifiedName: FILES + 1 + i,
    file: 1 + (i % FILES),
    firstLine: 1 + (i % 900),
    lineTableKind: LineTableKind.LINE_TABLE_PEP626,
    lineTable: Uint8Array.from({ length: 100 }, (_each, at) => (at % 2 === 0 ? 2 : 1)),
  }));
  const frames = FUNCTIONS * 5;
  const parent: number[] = [];
  const depth: number[] = [];
  while (parent.length < stacks) {
    const deepest = LEAST_DEPTH + random(DEPTHS);
    // From somewhere on the way down of an earlier stack.
    let above = parent.length === 0 ? 0 : 1 + random(parent.length);
    let level = above === 0 ? 0 : depth[above - 1]!;
    if (level >= deepest) continue;
    while (level < deepest && parent.length < stacks) {
      parent.push(above);
      depth.push(++level);
      above = parent.length;
    }
  }
  const thread = (i: number): object => ({
    process: 1,
    kind: { case: "thread", value: { tid: BigInt(4242 + i), main: i === 0 } },
  });
  const state = (flags: number, osState: string): object => ({
    flags:
      StateFlag.STATE_STACK_KNOWN | StateFlag.STATE_CPU_KNOWN | StateFlag.STATE_GIL_KNOWN | flags,
    osState: osState.charCodeAt(0),
  });
  return {
    string,
    process: [{ pid: 4242, startBootNanos: 1n }],
    owner: Array.from({ length: THREADS }, (_, i) => thread(i)),
    state: [
      state(StateFlag.STATE_GIL_HELD, "R"),
      state(0, "R"),
      state(StateFlag.STATE_GIL_WAITING, "R"),
    ],
    code,
    pythonFrames: {
      code: Array.from({ length: frames }, (_, i) => 1 + (i % FUNCTIONS)),
      instruction: Array.from({ length: frames }, (_, i) => (i % 45) * 2),
      flags: new Array<number>(frames).fill(0),
    },
    pythonStacks: {
      parentDelta: parent.map((above, i) => i + 1 - above),
      frame: parent.map(() => 1 + random(frames)),
    },
  };
}

/** One block. The first samples of the capture go through all stacks in turn. */
function samplesOf(
  startNanos: bigint,
  stacks: number,
  used: number,
  random: (limit: number) => number,
): { value: object; next: number } {
  const value = {
    startNanos,
    tickDelta: Array.from({ length: BLOCK_TICKS }, (_, i) => (i === 0 ? 0 : TICK_MICROS)),
    run: [] as number[],
    owner: [] as number[],
    pythonStack: [] as number[],
    state: [] as number[],
    cpu: [] as number[],
  };
  let before = 0;
  let next = used;
  let request = 0;
  for (let thread = 0; thread < THREADS; thread++) {
    value.owner.push(1);
    for (let tick = 0; tick < BLOCK_TICKS; tick++) {
      const { RUN_OWNER, RUN_PYTHON_STACK, RUN_STATE, RUN_CPU } = RunFlag;
      value.run.push((tick === 0 ? RUN_OWNER : 0) | RUN_PYTHON_STACK | RUN_STATE | RUN_CPU);
      // A request goes up and down its part of the tree; some are seen more often than others.
      if (tick % REQUEST_SAMPLES === 0) request = Math.floor(random(stacks) ** 2 / stacks);
      const near = 1 + Math.min(request + random(NEIGHBOURS), stacks - 1);
      const stack = next < stacks ? ++next : near;
      value.pythonStack.push(stack - before);
      before = stack;
      value.state.push(1 + random(3));
      value.cpu.push(random(TICK_MICROS));
    }
  }
  return { value, next };
}

/** A linear congruential generator: whole numbers below a limit. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
