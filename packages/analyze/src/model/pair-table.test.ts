import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PairTable } from "./pair-table.ts";

describe("PairTable", () => {
  it("gives equal pairs one index and different pairs different ones", () => {
    const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const number = fc.oneof(fc.integer({ min: -1, max: 3 }), int32);
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number)), (pairs) => {
        const table = new PairTable();
        const known = new Map<string, number>();
        for (const [first, second] of pairs) {
          const expected = known.get(`${first} ${second}`) ?? known.size;
          known.set(`${first} ${second}`, expected);
          expect(table.intern(first, second)).toBe(expected);
        }
        expect(table.length).toBe(known.size);
      }),
    );
  });

  it("stays right beyond its first size", () => {
    const table = new PairTable();
    for (let i = 0; i < 10_000; i++) expect(table.intern(i % 100, i)).toBe(i);
    for (let i = 0; i < 10_000; i++) expect(table.intern(i % 100, i)).toBe(i);
  });
});
