// SPDX-License-Identifier: MIT

import fc from "fast-check";
import { strFromU8 } from "fflate";
import { expect, test } from "vitest";
import { parseTree } from "../../testing/parse-tree.ts";
import { randomTree } from "../../testing/random-tree.ts";
import { flameLabels } from "../flame-labels.ts";
import { flameNodes } from "../flame-nodes.ts";
import { FIRST_VIEW } from "../view-hash.ts";
import { base64 } from "./base64.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { decodePayload } from "./decode-payload.ts";
import { encodePayload } from "./encode-payload.ts";
import type { FlamePayload } from "./flame-payload.ts";

function payloadOf(tree: ReturnType<typeof parseTree>, quantum = 1): FlamePayload {
  const { labels, paints } = flameLabels(tree.labels);
  return {
    meta: {
      unit: tree.unit,
      quantum,
      title: "t",
      quality: ["q"],
      notes: ["n"],
      measures: ["idle"],
      first: FIRST_VIEW,
    },
    labels,
    paintNames: paints.map(({ name }) => name),
    nodes: flameNodes(tree),
    measures: [{ name: "idle", self: tree.self, total: tree.total }],
  };
}

test("what is decoded is what was encoded", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 300 }), (seed, size) => {
      const payload = payloadOf(randomTree(size, seed));
      expect(decodePayload(encodePayload(payload), (bytes) => strFromU8(bytes))).toEqual(payload);
    }),
    { numRuns: 30 },
  );
});

test("rounded weights keep totals right to one step", () => {
  const lines = Array.from({ length: 1000 }, (_, i) => `main;f${i} ${400 + (i % 7)}`);
  const tree = parseTree(lines.join("\n"), "wall-nanos");
  const { nodes } = decodePayload(encodePayload(payloadOf(tree, 1000)), (b) => strFromU8(b));
  expect(Math.abs(nodes.total[0]! - tree.total[0]!)).toBeLessThanOrEqual(500);
});

test("numbers up to 2^53 survive", () => {
  const writer = new ByteWriter();
  const numbers = [0, 127, 128, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER];
  for (const number of numbers) writer.varint(number);
  const reader = new ByteReader(writer.bytes());
  expect(numbers.map(() => reader.varint())).toEqual(numbers);
  expect(reader.done).toBe(true);
  expect(() => reader.varint()).toThrow(RangeError);
});

test.each([0, 1, 2, 3, 100_000])("base64 of %i bytes", (length) => {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * 7919) & 255);
  expect([...base64(bytes)].join("")).toBe(Buffer.from(bytes).toString("base64"));
});
