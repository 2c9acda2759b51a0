// SPDX-License-Identifier: MIT

// Part of every browser and of Node, but not of TypeScript's "es2023" library.
declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}

const decoder = new TextDecoder();

/** The bytes as text; what is not UTF-8 becomes U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
