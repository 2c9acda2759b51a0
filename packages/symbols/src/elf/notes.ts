// SPDX-License-Identifier: MIT
import { ByteCursor } from "../bytes/byte-cursor.ts";

const NT_GNU_BUILD_ID = 3;
const LONGEST_BUILD_ID = 64;

/** The build id among the notes of a section, in hexadecimal; "": there is none. */
export function buildIdOfNotes(notes: Uint8Array): string {
  const cursor = new ByteCursor(notes);
  while (cursor.left >= 12) {
    const nameBytes = cursor.u32();
    const contentBytes = cursor.u32();
    const type = cursor.u32();
    const name = cursor.bytes(padded(nameBytes));
    const content = cursor.bytes(contentBytes);
    const isGnu = nameBytes === 4 && name[0] === 0x47 && name[1] === 0x4e && name[2] === 0x55;
    if (type === NT_GNU_BUILD_ID && isGnu && contentBytes <= LONGEST_BUILD_ID) {
      return Buffer.from(content).toString("hex");
    }
    cursor.skip(Math.min(padded(contentBytes) - contentBytes, cursor.left));
  }
  return "";
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
