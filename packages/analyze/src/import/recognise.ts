// SPDX-License-Identifier: MIT
import { pprof as schema } from "@pyspy/schemas";
import { isReportPage } from "../read/report-captures.ts";
import { decodeText } from "../read/text.ts";
import type { ForeignFormat } from "./foreign-format.ts";

/** Enough bytes to tell formats apart. */
export const RECOGNISED_BYTES: number = 1 << 16;
/** Records of captures, and fields 1 of other messages of protobuf. */
const FIELD_ONE = 0x0a;
const CAPTURE_HEAD = "\n\x04pspy";
const CHUNK_HEAD = "PSPYCHNK";

/**
 * Whose format a file is in, by its first bytes, decompressed; `undefined`: ours, or nobody's that is known.
 *
 * @param whole whether these are all bytes.
 */
export function recogniseForeign(head: Uint8Array, whole: boolean): ForeignFormat | undefined {
  if (head.length === 0 || isReportPage(head)) return undefined;
  const start = String.fromCharCode(...head.subarray(0, 64));
  if (start.startsWith("MOJ")) return "austin-mojo";
  if (start.startsWith("HCAT") || start.startsWith("TACH")) return "tachyon";
  if (start.includes(CAPTURE_HEAD) || start.includes(CHUNK_HEAD)) return undefined;
  if (isPprof(head)) return "pprof";
  return recogniseText(decodeText(head), whole);
}

function recogniseText(text: string, whole: boolean): ForeignFormat | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they tell text from other data
  if (/[\x00-\x08\x0e-\x1f]/.test(text)) return undefined;
  const start = text.trimStart();
  if (start.startsWith("{")) {
    if (/^\{"type": ?"meta",.*"sample_interval_usec"/.test(start)) return "tachyon-jsonl";
    if (/www\.speedscope\.app\/file-format-schema/.test(start)) return "speedscope";
    return /"shared"|"profiles"/.test(start) ? "speedscope" : undefined;
  }
  const lines = text.split("\n");
  // The last line may be cut off.
  if (!whole || lines.at(-1) === "") lines.pop();
  const told = lines.map((line) => line.replace(/\r$/, "")).filter((line) => line !== "");
  if (told.some((line) => /^# austin: /.test(line))) return "austin";
  const stacks = told.filter((line) => !line.startsWith("# "));
  if (stacks.length === 0) return undefined;
  if (stacks.every((line) => /^P\d+;T(?:\d+:)?[0-9a-f]+[; ].*\d$/.test(line))) return "austin";
  // One name with a number is a stack, too: but any text may have a line like that.
  const all = stacks.every((line) => /(?:^|\S) ?\d+(?:\.\d+)?$/.test(line));
  return all && stacks.some((line) => line.includes(";")) ? "collapsed" : undefined;
}

/** Whether the first fields are those of a profile: its message has no mark. */
function isPprof(head: Uint8Array): boolean {
  const { sampleType, sample, stringTable } = schema.ProfileSchema.field;
  const messages = new Set([sampleType.number, sample.number, stringTable.number]);
  let at = 0;
  for (let fields = 0; fields < 3; fields++) {
    const tag = head[at];
    if (tag === undefined) return fields > 0;
    const [field, wire] = [tag >>> 3, tag & 7];
    if (tag >= 0x80 || field === 0 || field > 15) return false;
    if (wire === 2) {
      let length = 0;
      let scale = 1;
      let byte = 0x80;
      while (byte >= 0x80 && scale < 2 ** 35) {
        byte = head[++at] ?? 0;
        length += (byte & 0x7f) * scale;
        scale *= 128;
      }
      // Types of values are two small numbers.
      if (tag === FIELD_ONE && length > 24) return false;
      if (fields === 0 && !messages.has(field) && field !== 3) return false;
      at += 1 + length;
      if (at >= head.length) return fields > 0 || length < 2 ** 20;
    } else if (wire === 0 && field >= 9) {
      while ((head[++at] ?? 0) >= 0x80);
      at++;
    } else return false;
  }
  return true;
}
