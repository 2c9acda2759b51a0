// SPDX-License-Identifier: MIT

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** A multiple of 3, so that only the last piece needs padding. */
const PIECE_BYTES = 3 * 8192;

/** Base64 in pieces of 32 KB. Not `btoa`: it is no part of the language, only of some hosts. */
export function* base64(bytes: Uint8Array): Generator<string> {
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    yield encode(bytes.subarray(start, start + PIECE_BYTES));
  }
}

function encode(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
    const left = bytes.length - at;
    text += ALPHABET[first >> 2]! + ALPHABET[((first & 3) << 4) | (second >> 4)]!;
    text += left > 1 ? ALPHABET[((second & 15) << 2) | (third >> 6)]! : "=";
    text += left > 2 ? ALPHABET[third & 63]! : "=";
  }
  return text;
}
