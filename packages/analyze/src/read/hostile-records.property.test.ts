import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PyspyError } from "../errors.ts";
import type { Profile } from "../model/profile.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { conservationErrors } from "../testing/conservation.ts";
import type { View } from "../view/select-view.ts";
import { concatBytes, type RecordBody, RecordWriter } from "../write/record-writer.ts";
import { readCapture } from "./read-capture.ts";

// Files whose frames and checksums are right and whose content is not: what a broken or a hostile
// agent would write.

/** Mostly small, so that much of it means something; sometimes absurd. */
const uint32 = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(5, 63, 64, 1 << 20, 0x7fffffff, 0xffffffff) },
);
const sint32 = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: -2, max: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(-(2 ** 31), 2 ** 31 - 1) },
);
const uint64 = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt(0n, 5n) },
  { weight: 1, arbitrary: fc.constantFrom(2n ** 53n, 2n ** 63n, 2n ** 64n - 1n) },
);
const column = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 6 });
const bytes = fc.uint8Array({ maxLength: 12 });

const tables: fc.Arbitrary<RecordBody> = fc
  .record({
    string: fc.array(fc.constantFrom("a", "", "\u0000", "/x.py", "é".repeat(99)), { maxLength: 5 }),
    process: column(
      fc.record({
        pid: uint32,
        parentPid: uint32,
        startBootNanos: uint64,
        executable: uint32,
        argument: column(uint32),
        execCount: uint32,
        role: uint32,
        cgroup: uint32,
      }),
    ),
    owner: column(
      fc.record({
        process: uint32,
        thread: fc.record({
          tid: uint64,
          pythonThreadId: uint64,
          pythonName: uint32,
          main: fc.boolean(),
        }),
      }),
    ),
    state: column(fc.record({ flags: uint32, osState: uint32, syscall: sint32 })),
    code: column(
      fc.record({
        name: uint32,
        qualifiedName: uint32,
        file: uint32,
        firstLine: sint32,
        lineTableKind: fc.integer({ min: 0, max: 6 }),
        lineTable: bytes,
      }),
    ),
    frames: fc.record({ code: column(uint32), instruction: column(sint32), flags: column(uint32) }),
    stacks: fc.record({ parentDelta: column(uint32), frame: column(uint32) }),
    mapping: column(fc.record({ path: uint32, buildId: bytes, loadBias: uint64 })),
    nativeFrames: fc.record({
      mapping: column(uint32),
      address: column(uint64),
      flags: column(uint32),
    }),
    nativeStacks: fc.record({ parentDelta: column(uint32), frame: column(uint32) }),
    nativeSymbol: column(fc.record({ frame: uint32, name: uint32, file: uint32, line: uint32 })),
  })
  .map(({ owner, frames, stacks, ...rest }) => ({
    case: "tables",
    value: {
      ...rest,
      owner: owner.map(({ process, thread }) => ({
        process,
        kind: { case: "thread", value: thread },
      })),
      pythonFrames: frames,
      pythonStacks: stacks,
    },
  }));

const block: fc.Arbitrary<RecordBody> = fc
  .record({
    startNanos: uint64,
    tickDelta: column(uint32).map((ticks) => [0, ...ticks]),
    run: column(fc.oneof(uint32, fc.integer({ min: 0, max: 0x3f }))),
    owner: column(sint32),
    pythonStack: column(sint32),
    nativeStack: column(sint32),
    state: column(uint32),
    cpu: column(uint32),
    gap: column(uint32),
  })
  .map((value) => ({ case: "samples", value }));

const chunk = fc.record({
  sequence: uint64,
  tickUnitNanos: uint32,
  rateHertz: fc.constantFrom(100, 0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e300, 5e-324),
  parts: fc.array(fc.oneof({ weight: 2, arbitrary: tables }, block), { maxLength: 6 }),
  endNanos: uint64,
});

const capture = fc
  .record({ chunks: fc.array(chunk, { maxLength: 3 }), realtimeNanos: uint64, footer: uint64 })
  .map(({ chunks, realtimeNanos, footer }) => {
    const writer = new RecordWriter();
    writer.add({
      case: "header",
      value: { format: "pspy", majorVersion: 1, clock: { realtimeNanos } },
    });
    for (const { sequence, tickUnitNanos, rateHertz, parts, endNanos } of chunks) {
      const marker = 0x4b4e484359505350n;
      writer.add({ case: "chunkStart", value: { marker, sequence, tickUnitNanos, rateHertz } });
      for (const part of parts) writer.add(part);
      writer.endChunk({ sequence, timeNanos: endNanos });
    }
    writer.add({ case: "footer", value: { timeNanos: footer } });
    return writer.bytes();
  });

/** Everything that a view may do with names, frames and processes. */
const VIEW: View = { idle: true, foldNative: true, foldRecursion: true, myCode: true };

function read(file: Uint8Array): Profile | undefined {
  try {
    return readCapture(file);
  } catch (error) {
    expect(error).toBeInstanceOf(PyspyError);
    return undefined;
  }
}

describe("records with any content", { timeout: 60_000 }, () => {
  it("are read as far as they make sense, and all that is read adds up", () => {
    fc.assert(
      fc.property(capture, (file) => {
        const profile = read(file);
        if (profile === undefined) return;
        expect(conservationErrors(profile, { idle: true })).toEqual([]);
        expect(conservationErrors(profile, VIEW)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it("leave a capture that follows them whole", () => {
    const text = "main;work 3\nw: wait 4";
    const next = captureOf(text, { startRealtimeNanos: 7n });
    fc.assert(
      fc.property(capture, (file) => {
        const profile = readCapture(concatBytes([file, next]));
        const first = profile.firstRuns.at(-2)!;
        const ticks = profile.samples.ticks.subarray(first).reduce((sum, one) => sum + one, 0);
        expect(ticks).toBe(7);
      }),
    );
  });

  it("cannot make a million samples of a few bytes without a million ticks", () => {
    const writer = new RecordWriter();
    writer.add({ case: "header", value: { format: "pspy", majorVersion: 1 } });
    const marker = 0x4b4e484359505350n;
    writer.add({ case: "chunkStart", value: { marker, tickUnitNanos: 1 } });
    writer.add({
      case: "samples",
      value: { tickDelta: [0], run: [0xffffffff], owner: [1], pythonStack: [1], state: [1] },
    });
    writer.endChunk({});
    const profile = readCapture(writer.bytes());
    expect(profile.samples.length).toBe(0);
    expect(profile.damage).toHaveLength(1);
  });
});
