import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { captureOf } from "../testing/capture-writer.ts";
import { type FramingHandler, RecordFramer } from "./framing.ts";

const CAPTURE = captureOf("main;a 9\nmain;b 9");

/** Fields and offsets of records, and what was lost: "2@17", "lost corrupt 30+4". */
function frame(pieces: readonly Uint8Array[]): string[] {
  const seen: string[] = [];
  const handler: FramingHandler = {
    onRecord: ({ field, offset }) => {
      seen.push(`${field}@${offset}`);
      return true;
    },
    onLost: (kind, offset, length) => {
      seen.push(`lost ${kind} ${offset}+${length}`);
    },
  };
  const framer = new RecordFramer(handler);
  for (const piece of pieces) framer.push(piece);
  framer.finish();
  return seen;
}

const WHOLE = frame([CAPTURE]);
const secondChunk = Number(WHOLE.filter((record) => record.startsWith("2@"))[1]!.slice(2));

describe("RecordFramer", () => {
  it("finds every record", () => {
    const fields = WHOLE.map((record) => record.split("@")[0]);
    expect(fields.join("")).toBe("1" + "23446" + "23446" + "2346" + "7");
  });

  it("finds the same whatever the pieces are", () => {
    const cuts = fc.array(fc.nat(CAPTURE.length), { maxLength: 20 });
    fc.assert(
      fc.property(cuts, (unsorted) => {
        const at = [0, ...unsorted.toSorted((a, b) => a - b), CAPTURE.length];
        const pieces = at.slice(1).map((end, i) => CAPTURE.slice(at[i]!, end));
        expect(frame(pieces)).toEqual(WHOLE);
      }),
    );
    expect(frame([...CAPTURE].map((byte) => Uint8Array.of(byte)))).toEqual(WHOLE);
  });

  it("goes on at the next chunk after bytes that are no record", () => {
    const damaged = CAPTURE.slice();
    const thirdRecord = Number(WHOLE[2]!.split("@")[1]);
    damaged[thirdRecord] = 0;
    expect(frame([damaged])).toEqual([
      ...WHOLE.slice(0, 2),
      `lost corrupt ${thirdRecord}+${secondChunk - thirdRecord}`,
      ...WHOLE.slice(WHOLE.indexOf(`2@${secondChunk}`)),
    ]);
  });

  it("does not wait for a record of absurd length", () => {
    const huge = Uint8Array.of(
      0x0a,
      0xff,
      0xff,
      0xff,
      0xff,
      0x0f,
      0x22,
      0xf9,
      0xff,
      0xff,
      0xff,
      0x0f,
    );
    const seen = frame([huge, CAPTURE]);
    expect(seen).toContain(`1@${huge.length}`);
    expect(seen).toHaveLength(WHOLE.length + 1);
  });
});
