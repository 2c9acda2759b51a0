// SPDX-License-Identifier: MIT

import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unzip } from "./unzip.ts";

interface Unzipped {
  readonly plain: string;
  readonly broken: string[];
}

async function unzipped(bytes: Uint8Array, pieceLength: number): Promise<Unzipped> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += pieceLength) {
      yield bytes.subarray(at, at + pieceLength);
    }
  }
  const plain: Uint8Array[] = [];
  const broken: string[] = [];
  const sink = {
    push: (piece: Uint8Array) => void plain.push(piece),
    breakInput: (message: string) => void broken.push(message),
  };
  await unzip(pieces(), sink);
  return { plain: Buffer.concat(plain).toString("latin1"), broken };
}

/** Does not compress away: the zipped file is some slices long. */
const TEXT = Array.from({ length: 60_000 }, (_, i) => Math.imul(i, 0x9e3779b1)).join(" ");
const ZIPPED = gzipSync(TEXT);

describe("unzip", { timeout: 60_000 }, () => {
  it("passes plain bytes on, and inflates gzip, whatever the pieces", async () => {
    const bytes = fc.uint8Array({ maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.boolean(),
        fc.integer({ min: 1, max: 60 }),
        async (data, zips, n) => {
          fc.pre(zips || !(data[0] === 0x1f && data[1] === 0x8b));
          const found = await unzipped(zips ? gzipSync(data) : data, n);
          expect(found).toEqual({ plain: Buffer.from(data).toString("latin1"), broken: [] });
        },
      ),
    );
  });

  it("inflates long files, and several in one", async () => {
    expect(ZIPPED.length).toBeGreaterThan(1 << 17);
    expect(await unzipped(ZIPPED, 100_000)).toEqual({ plain: TEXT, broken: [] });
    const twice = await unzipped(Buffer.concat([ZIPPED, ZIPPED]), 1 << 20);
    expect(twice).toEqual({ plain: TEXT + TEXT, broken: [] });
  });

  it("gives all that can be had of a file that is cut off, and says so", async () => {
    for (const length of [2, 11, 5000, 1 << 16, ZIPPED.length - 9, ZIPPED.length - 1]) {
      const cut = ZIPPED.subarray(0, length);
      const expected = gunzipSync(cut, { finishFlush: 2 }).toString("latin1");
      const found = await unzipped(cut, 1 << 20);
      expect(found).toEqual({ plain: expected, broken: ["unexpected end of file"] });
    }
  });

  it("gives everything where only the checksum is damaged", async () => {
    const damaged = Uint8Array.from(gzipSync("all of it"));
    damaged[damaged.length - 5]! ^= 1;
    expect(await unzipped(damaged, 7)).toEqual({
      plain: "all of it",
      broken: ["incorrect data check"],
    });
  });

  it("gives what stands before damage, and says so", async () => {
    const damaged = Uint8Array.from(ZIPPED);
    damaged.fill(0xff, ZIPPED.length - 1000, ZIPPED.length - 900);
    const { plain, broken } = await unzipped(damaged, 1 << 20);
    expect(broken).toHaveLength(1);
    // What follows may be garbage for a while: the captures' own checksums are for that.
    const third = TEXT.length / 3;
    expect(plain.slice(0, third)).toBe(TEXT.slice(0, third));
  });
});
