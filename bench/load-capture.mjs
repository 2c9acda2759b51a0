// SPDX-License-Identifier: MIT
//
// How long reading a capture takes, and how much memory: `node bench/load-capture.mjs [runs] [file]`.
// Without a file it writes one of that many runs to the temporary directory: 8 threads, 500
// functions, 20,000 stacks, a change at every tick, so that no run is longer than one observation.
// Needs the built packages (npm run build:ts).
import { createReadStream, createWriteStream, existsSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "../packages/analyze/dist/bytes/crc32.js";
import {
  buildCallTree,
  CaptureReader,
  filterIdle,
  filterState,
  hottest,
  selectAll,
  summarize,
} from "../packages/analyze/dist/index.js";

const RUNS = Number(process.argv[2] ?? 10_000_000);
const THREADS = 8;
const STACKS = 20_000;
const FUNCTIONS = 500;
const BLOCK_TICKS = 1024;
const CHUNK_BLOCKS = 16;

const path = process.argv[3] ?? join(tmpdir(), `pyspy-load-${RUNS}.pspy`);
if (!existsSync(path)) await writeFile(path);

const cpuBefore = process.cpuUsage();
const start = performance.now();
const reader = new CaptureReader();
if (process.env.WHOLE) reader.push(readFileSync(path));
else
  for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20 })) reader.push(bytes);
const profile = reader.finish();
const { user, system } = process.cpuUsage(cpuBefore);
report("load", start);
console.log(
  `  CPU ${((user + system) / 1e6).toFixed(2)} s, file ${(statSync(path).size / 1e6).toFixed(1)} MB,`,
);
console.log(
  `  ${profile.samples.length} runs, ${profile.stacks.length} stacks, damage ${profile.damage.length}`,
);
console.log(`  peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);

const all = timed("selectAll", () => selectAll(profile));
const active = timed("filterIdle", () => filterIdle(all));
timed("filterState (gil)", () => filterState(active, "gil"));
const options = { unit: "wall-nanos", lines: true, threads: false, processes: false };
const tree = timed("buildCallTree (lines)", () => buildCallTree(active, options));
timed("buildCallTree (threads)", () => buildCallTree(active, { ...options, threads: true }));
timed("hottest", () => hottest(active));
timed("summarize", () => summarize(active));
console.log(
  `  tree of ${tree.length} nodes; peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
);

function timed(name, work) {
  const before = performance.now();
  const result = work();
  report(name, before);
  return result;
}

function report(name, before) {
  console.log(`${name}: ${(performance.now() - before).toFixed(0)} ms`);
}

/** Protobuf by hand: millions of runs as objects would not fit in memory. */
async function writeFile(target) {
  const out = createWriteStream(target);
  const write = (bytes) =>
    new Promise((done) => (out.write(bytes) ? done() : out.once("drain", done)));
  let crc = 0;
  const record = async (field, payload) => {
    const inner = [varint((field << 3) | 2), varint(payload.length), payload];
    const bytes = join2([Uint8Array.of(0x0a), varint(length(inner)), ...inner]);
    crc = crc32(bytes, field === 2 ? 0 : crc);
    await write(bytes);
  };
  await record(1, message([1, text("pspy")], [2, 1], [8, message([1, double(1000)])]));
  let random = 1;
  const next = (limit) => {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    return Math.floor((random / 2 ** 32) * limit);
  };
  const parents = Array.from({ length: STACKS }, (_, i) =>
    i < 20 ? 0 : 1 + next(Math.min(i, 4000)),
  );
  const blocks = Math.ceil(RUNS / THREADS / BLOCK_TICKS);
  for (let block = 0, sequence = 0; block < blocks; block++) {
    if (block % CHUNK_BLOCKS === 0) {
      const marker = Uint8Array.of(0x09, 0x50, 0x53, 0x50, 0x59, 0x43, 0x48, 0x4e, 0x4b);
      await record(2, join2([marker, message([2, sequence], [4, 1000], [5, double(1000)])]));
      await record(3, tables(parents));
    }
    await record(4, samples(block, next));
    if (block % CHUNK_BLOCKS === CHUNK_BLOCKS - 1 || block === blocks - 1) {
      const time = (block + 1) * BLOCK_TICKS * 1e6;
      const sum = Uint8Array.of(0x25, crc, crc >>> 8, crc >>> 16, crc >>> 24);
      await record(6, join2([message([1, sequence++], [2, time]), sum]));
    }
  }
  await record(7, message([1, 1], [2, blocks * BLOCK_TICKS * 1e6]));
  await new Promise((done) => out.end(done));
}

function tables(parents) {
  const parts = [];
  const add = (field, bytes) => parts.push(varint((field << 3) | 2), varint(bytes.length), bytes);
  for (let i = 0; i < FUNCTIONS; i++) add(1, text(`function_${i}`));
  add(1, text("/srv/app/module.py"));
  add(2, message([1, 42]));
  for (let i = 0; i < THREADS; i++) add(3, message([1, 1], [2, message([1, 100 + i])]));
  for (const [flags, os] of [
    [1, 82],
    [3, 82],
    [5, 83],
  ])
    add(4, message([1, flags + 4096], [2, os]));
  const table = Uint8Array.from({ length: 400 }, (_, i) => (i % 2 ? 1 : 2));
  for (let i = 0; i < FUNCTIONS; i++) {
    add(5, message([1, i + 1], [3, FUNCTIONS + 1], [4, 2], [6, 3], [7, table]));
  }
  const frames = FUNCTIONS * 4;
  const column = (count, value) => join2(Array.from({ length: count }, (_, i) => varint(value(i))));
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
      [1, column(parents.length, (i) => i + 1 - parents[i])],
      [2, column(parents.length, (i) => 1 + ((i * 7) % frames))],
    ),
  );
  return join2(parts);
}

function samples(block, next) {
  const [run, owner, stack, state, cpu] = [[], [], [], [], []];
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
  const packed = (values) => join2(values.map(varint));
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

function message(...fields) {
  return join2(
    fields.flatMap(([field, value]) => {
      if (typeof value === "number") return [varint(field << 3), varint(value)];
      if (value instanceof Float64Array) {
        return [varint((field << 3) | 1), new Uint8Array(value.buffer)];
      }
      return [varint((field << 3) | 2), varint(value.length), value];
    }),
  );
}

function varint(value) {
  const bytes = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function text(value) {
  return new TextEncoder().encode(value);
}

function double(value) {
  return Float64Array.of(value);
}

function length(parts) {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function join2(parts) {
  const joined = new Uint8Array(length(parts));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
