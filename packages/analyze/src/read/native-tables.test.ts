// SPDX-License-Identifier: MIT
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { NativeFrameFlag, RunFlag, TablesSchema } from "@pyspy/schemas";
import { describe, expect, it } from "vitest";
import { INLINED_IN_EVALUATION, type Profile } from "../model/profile.ts";
import { validateProfile } from "../model/validate-profile.ts";
import { RecordWriter } from "../write/record-writer.ts";
import { readCapture } from "./read-capture.ts";

const { NATIVE_FRAME_HOSTS_PYTHON, NATIVE_FRAME_RETURN_ADDRESS } = NativeFrameFlag;

/** A capture of one thread on native stack 3 for two ticks. */
function readNative(tables: MessageInitShape<typeof TablesSchema>): Profile {
  const writer = new RecordWriter();
  writer.add({ case: "header", value: { format: "pspy", majorVersion: 1 } });
  writer.add({
    case: "chunkStart",
    value: { marker: 0x4b4e484359505350n, tickUnitNanos: 1000, rateHertz: 100 },
  });
  writer.add({
    case: "tables",
    value: create(TablesSchema, {
      string: ["/lib/libthing.so", "sort", "_ZN4sort", "sort.cc", "swap"],
      process: [{ pid: 7 }],
      owner: [{ process: 1, kind: { case: "thread", value: { tid: 7n, interpreterId: -1n } } }],
      state: [{ flags: 0 }],
      ...tables,
    }),
  });
  writer.add({
    case: "samples",
    value: {
      tickDelta: [0, 10_000],
      run: [64 + RunFlag.RUN_OWNER + RunFlag.RUN_NATIVE_STACK + RunFlag.RUN_STATE],
      owner: [1],
      nativeStack: [3],
      state: [1],
    },
  });
  writer.endChunk({ sequence: 0n, timeNanos: 20_000_000n });
  return readCapture(writer.bytes());
}

const TABLES = {
  mapping: [{ path: 1, buildId: Uint8Array.of(1, 2), loadBias: 0x7f00_0000_0000n }],
  nativeFrames: {
    mapping: [1, 1, 0],
    address: [0x1000n, 0x2000n, 0xffff_ffff_ff60_0000n],
    flags: [NATIVE_FRAME_RETURN_ADDRESS, NATIVE_FRAME_HOSTS_PYTHON, 0],
  },
  // thing > sort > swap (inlined in it) > code that was made at run time
  nativeStacks: { parentDelta: [1, 1, 1], frame: [1, 2, 3] },
  nativeSymbol: [
    { frame: 2, name: 5, file: 4, line: 31 },
    { frame: 2, name: 2, rawName: 3, file: 4, line: 12 },
  ],
} satisfies MessageInitShape<typeof TablesSchema>;

describe("native tables", () => {
  it("become functions, frames and stacks, with inlined calls", () => {
    const profile = readNative(TABLES);
    expect(profile.damage).toEqual([]);
    expect(validateProfile(profile)).toEqual([]);
    const { functions, frames, stacks, mappings, addresses } = profile.native!;
    expect(mappings).toEqual([{ path: "/lib/libthing.so", buildId: "0102" }]);
    const shown: unknown[] = [];
    for (let at = profile.samples.nativeStack[0]!; at >= 0; at = stacks.parent[at]!) {
      const frame = stacks.frame[at]!;
      const { name, file, module } = functions[frames.function[frame]!]!;
      const place = frames.address[frame]!;
      const address = [addresses.mapping[place], addresses.address[place]];
      shown.push([name, file, module, frames.line[frame], frames.flags[frame], ...address]);
    }
    const lib = "/lib/libthing.so";
    expect(shown).toEqual([
      ["[unknown code]", "", "", 0, 0, -1, 0xffff_ffff_ff60_0000n],
      ["swap", "sort.cc", lib, 31, INLINED_IN_EVALUATION, 0, 0x2000n],
      ["sort", "sort.cc", lib, 12, NATIVE_FRAME_HOSTS_PYTHON, 0, 0x2000n],
      ["[libthing.so]", lib, lib, 0, NATIVE_FRAME_RETURN_ADDRESS, 0, 0xfffn],
    ]);
  });

  it.each<[string, MessageInitShape<typeof TablesSchema>]>([
    ["a frame of a mapping that is not there", { ...TABLES, mapping: [] }],
    ["a symbol of a frame that is not there", { ...TABLES, nativeSymbol: [{ frame: 4 }] }],
    ["a symbol of frame 0", { ...TABLES, nativeSymbol: [{ frame: 0 }] }],
    ["a name that is not there", { ...TABLES, nativeSymbol: [{ frame: 1, name: 99 }] }],
    ["a path that is not there", { ...TABLES, mapping: [{ path: 99 }] }],
    [
      "columns of unequal length",
      { ...TABLES, nativeFrames: { ...TABLES.nativeFrames, flags: [0] } },
    ],
    [
      "a stack of a frame that is not there",
      { ...TABLES, nativeStacks: { parentDelta: [1, 1, 1], frame: [1, 2, 9] } },
    ],
    [
      "a parent that comes later",
      { ...TABLES, nativeStacks: { parentDelta: [2, 1, 1], frame: [1, 2, 3] } },
    ],
    [
      "a run of a stack that is not there",
      { ...TABLES, nativeStacks: { parentDelta: [], frame: [] } },
    ],
  ])("refuse %s", (_, tables) => {
    const { damage, samples } = readNative(tables);
    expect(damage).toMatchObject([{ kind: "corrupt" }]);
    expect(samples.length).toBe(0);
  });
});
