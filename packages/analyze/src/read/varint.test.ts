import { BinaryWriter } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Malformed } from "./malformed.ts";
import { readVarints64, unzigzag, VarintColumn } from "./varint.ts";

const uint32 = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 0xffff_ffff }));

describe("VarintColumn", () => {
  it("reads what protobuf-es writes, column after column", () => {
    const column = new VarintColumn();
    fc.assert(
      fc.property(fc.array(uint32), (values) => {
        const writer = new BinaryWriter();
        for (const value of values) writer.uint32(value);
        const bytes = writer.finish();
        column.read(bytes);
        expect([...column.values.subarray(0, column.length)]).toEqual(values);
        expect(readVarints64(bytes)).toEqual(values.map(BigInt));
      }),
    );
  });

  it.each([
    ["cut off", [0x80]],
    ["of 33 bits", [0xff, 0xff, 0xff, 0xff, 0x1f]],
    ["of six bytes", [0x80, 0x80, 0x80, 0x80, 0x80, 0x01]],
  ])("refuses a number %s", (_, bytes) => {
    expect(() => new VarintColumn().read(Uint8Array.from(bytes))).toThrow(Malformed);
  });

  it("grows with long columns", () => {
    const column = new VarintColumn();
    column.read(new Uint8Array(100_000).fill(7));
    expect(column.length).toBe(100_000);
  });
});

describe("unzigzag", () => {
  it("is the inverse of protobuf's zigzag", () => {
    const sint32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    fc.assert(fc.property(sint32, (n) => unzigzag(((n << 1) ^ (n >> 31)) >>> 0) === n));
  });
});

describe("readVarints64", () => {
  it("reads what protobuf-es writes", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })), (values) => {
        const writer = new BinaryWriter();
        for (const value of values) writer.uint64(value);
        expect(readVarints64(writer.finish())).toEqual(values);
      }),
    );
  });

  it("refuses longer numbers, and those that are cut off", () => {
    const tooLong = Uint8Array.of(...new Uint8Array(10).fill(0x80), 1);
    expect(() => readVarints64(tooLong)).toThrow(Malformed);
    expect(() => readVarints64(Uint8Array.of(...new Uint8Array(9).fill(0xff), 2))).toThrow(
      Malformed,
    );
    expect(() => readVarints64(Uint8Array.of(0x80))).toThrow(Malformed);
  });
});
