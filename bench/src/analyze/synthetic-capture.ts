// SPDX-License-Identifier: MIT

import { createWriteStream } from "node:fs";
import { crc32 } from "node:zlib";

const THREADS = 8;
const STACKS = 20_000;
const FUNCTIONS = 500;
const BLOCK_TICKS = 1024;
const CHUNK_BLOCKS = 16;

/**
 * Writes a capture of so many runs: 8 threads, 500 functions, 20,000 stacks, and a change at every tick, so
 * that no run is longer than one observation, which is the worst case. Protobuf by hand: millions of
 * runs as objects would not fit in memory.
 */
export async function writeSyntheticCapture(target: string, runs: number, seed = 1): Promise<void> {
  const out = createWriteStream(target);
  const write = (bytes: Uint8Array): Promise<void> =>
    new Promise((done) => {
      if (out.write(bytes)) done();
      else out.once("drain", () => done());
    });
  let crc = 0;
  const record = async (field: number, payload: Uint8Array): Promise<void> => {
    const inner = [varint((field << 3) | 2), varint(payload.length), payload];
    const bytes = joined([Uint8Array.of(0x0a), varint(length(inner)), ...inner]);
    crc = crc32(bytes, field === 2 ? 0 : crc);
    await write(bytes);
  };
  await record(1, message([1, text("pspy")], [2, 1], [8, message([1, double(1000)])]));
  let random = seed;
  const next = (limit: number): number => {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    return Math.floor((random / 2 ** 32) * limit);
  };
  const parents = Array.from({ length: STACKS }, (_, i) =>
    i < 20 ? 0 : 1 + next(Math.min(i, 4000)),
  );
  const blocks = Math.ceil(runs / THREADS / BLOCK_TICKS);
  for (let block = 0, sequence = 0; block < blocks; block++) {
    if (block % CHUNK_BLOCKS === 0) {
      const marker = Uint8Array.of(0x09, 0x50, 0x53, 0x50, 0x59, 0x43, 0x48, 0x4e, 0x4b);
      await record(2, joined([marker, message([2, sequence], [4, 1000], [5, double(1000)])]));
      await record(3, tables(parents));
    }
    await record(4, samples(block, next));
    if (block % CHUNK_BLOCKS === CHUNK_BLOCKS - 1 || block === blocks - 1) {
      const time = (block + 1) * BLOCK_TICKS * 1e6;
      const sum = Uint8Array.of(0x25, crc, crc >>> 8, crc >>> 16, crc >>> 24);
      await record(6, joined([message([1, sequence++], [2, time]), sum]));
    }
  }
  await record(7, message([1, 1], [2, blocks * BLOCK_TICKS * 1e6]));
  await new Promise<void>((done) => {
    out.end(() => done());
  });
}

function tables(parents: readonly number[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const add = (field: number, bytes: Uint8Array): void => {
    parts.push(varint((field << 3) | 2), varint(bytes.length), bytes);
  };
  for (let i = 0; i < FUNCTIONS; i++) add(1, text(`function_${i}`));
  add(1, text("/srv/app/module.py"));
  add(2, message([1, 42]));
  for (let i = 0; i < THREADS; i++) add(3, message([1, 1], [2, message([1, 100 + i])]));
  for (const [flags, os] of [
    [1, 82],
    [3, 82],
    [5, 83],
  ] as const)
    add(4, message([1, flags + 4096], [2, os]));
  const table = Uint8Array.from({ length: 400 }, (_, i) => (i % 2 ? 1 : 2));
  for (let i = 0; i < FUNCTIONS; i++) {
    add(5, message([1, i + 1], [3, FUNCTIONS + 1], [4, 2], [6, 3], [7, table]));
  }
  const frames = FUNCTIONS * 4;
  const column = (count: number, value: (index: number) => number): Uint8Array =>
    joined(Array.from({ length: count }, (_, i) => varint(value(i))));
  add(
    6,
    message(
      [1, column(frames, (i) => 1 + (i % FUNCTIONS))],
      [2, column(frames, (i) => (i % 97) * 4)],
      [3, column(frames, () => 0)],
    ),
  );
  add(
    7,
    message(
      [1, column(parents.length, (i) => i + 1 - parents[i]!)],
      [2, column(parents.length, (i) => 1 + ((i * 7) % frames))],
    ),
  );
  return joined(parts);
}

function samples(block: number, next: (limit: number) => number): Uint8Array {
  const [run, owner, stack, state, cpu]: [number[], number[], number[], number[], number[]] = [
    [],
    [],
    [],
    [],
    [],
  ];
  let before = 0;
  for (let thread = 0; thread < THREADS; thread++) {
    owner.push(2);
    for (let tick = 0; tick < BLOCK_TICKS; tick++) {
      run.push((tick === 0 ? 1 : 0) | 2 | 8 | 16);
      const id = 1 + next(STACKS);
      const delta = id - before;
      stack.push(((delta << 1) ^ (delta >> 31)) >>> 0);
      before = id;
      state.push(1 + next(3));
      cpu.push(next(1000));
    }
  }
  const deltas = Array.from({ length: BLOCK_TICKS }, (_, i) => (i === 0 ? 0 : 990 + next(20)));
  const packed = (values: readonly number[]): Uint8Array => joined(values.map(varint));
  return message(
    [1, block * BLOCK_TICKS * 1.02e6],
    [2, packed(deltas)],
    [3, packed(run)],
    [4, packed(owner)],
    [5, packed(stack)],
    [7, packed(state)],
    [8, packed(cpu)],
  );
}

/** Fields of a message: numbers as varints, doubles as such, bytes with their length. */
function message(...fields: readonly [number, number | Uint8Array | Float64Array][]): Uint8Array {
  return joined(
    fields.flatMap(([field, value]) => {
      if (typeof value === "number") return [varint(field << 3), varint(value)];
      if (value instanceof Float64Array) {
        return [varint((field << 3) | 1), new Uint8Array(value.buffer)];
      }
      return [varint((field << 3) | 2), varint(value.length), value];
    }),
  );
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function double(value: number): Float64Array {
  return Float64Array.of(value);
}

function length(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(length(parts));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
