// SPDX-License-Identifier: MIT
import { decodeText } from "./text.ts";

/** A capture that an HTML report carries. */
export interface CarriedCapture {
  /** As the file was called, without directories; never to be used as a path. */
  readonly name: string;
  /** Length of the file. */
  readonly fileBytes: number;
  /** gzip data. */
  readonly gzip: Uint8Array;
  /** Whether the file is what is in `gzip`; else `gzip` is the file. */
  readonly packed: boolean;
  /** Sides that it is of, in the page of a comparison: "before", "after"; else none. */
  readonly sides: readonly string[];
}

const HEAD_BYTES = 256;
const BLOCK_START = '<script type="application/vnd.pyspy-capture+gzip;base64"';
const LONGEST_TAG = 4096;
const END_OF_TAG = 0x3e;
const END_OF_TEXT = 0x3c;

/** Whether bytes begin as our HTML reports do. */
export function isReportPage(head: Uint8Array): boolean {
  return /^\s*<(!doctype html|html)[\s>]/i.test(decodeText(head.subarray(0, HEAD_BYTES)));
}

/**
 * The captures that a report carries, in their order; none, if it carries none. What is not Base64 in one of them
 * ends it: the reader of captures then tells what is missing.
 */
export function reportCaptures(page: Uint8Array): CarriedCapture[] {
  const captures: CarriedCapture[] = [];
  for (let at = find(page, BLOCK_START, 0); at >= 0; ) {
    const end = page.indexOf(END_OF_TAG, at);
    if (end < 0 || end - at > LONGEST_TAG) break;
    const tag = decodeText(page.subarray(at, end));
    const until = page.indexOf(END_OF_TEXT, end);
    const text = page.subarray(end + 1, until < 0 ? page.length : until);
    captures.push({
      name: unescaped(attribute(tag, "data-name")),
      fileBytes: Number(attribute(tag, "data-bytes")) || 0,
      gzip: decodeBase64(text),
      packed: attribute(tag, "data-packed") !== "false",
      sides: attribute(tag, "data-sides")
        .split(" ")
        .filter((side) => side !== ""),
    });
    at = until < 0 ? -1 : find(page, BLOCK_START, until);
  }
  return captures;
}

function attribute(tag: string, name: string): string {
  return new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
}

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

/** Where a text of ASCII characters begins; -1: nowhere. */
function find(bytes: Uint8Array, text: string, from: number): number {
  const first = text.charCodeAt(0);
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < text.length && bytes[at + same] === text.charCodeAt(same)) same++;
    if (same === text.length) return at;
  }
  return -1;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const NO_DIGIT = 64;
const DIGITS = new Uint8Array(256).fill(NO_DIGIT);
for (let digit = 0; digit < NO_DIGIT; digit++) DIGITS[ALPHABET.charCodeAt(digit)] = digit;

/** Up to the first byte that is neither a digit nor white space, which mail programs may have put in. */
function decodeBase64(text: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let held = 0;
  for (const character of text) {
    const digit = DIGITS[character]!;
    if (digit === NO_DIGIT) {
      if (character <= 0x20) continue;
      break;
    }
    bits = (bits << 6) | digit;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[length++] = (bits >> held) & 0xff;
  }
  return bytes.subarray(0, length);
}
