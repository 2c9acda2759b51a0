// SPDX-License-Identifier: MIT
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { ByteSource } from "../bytes/byte-source.ts";

/** A file that is read as it is asked for. */
export interface OpenFile extends ByteSource {
  close(): void;
}

/** Opens a regular file; `undefined`: there is none, or it may not be read. */
export function openFile(path: string): OpenFile | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch {
    return undefined;
  }
  const found = fstatSync(descriptor);
  if (!found.isFile()) {
    closeSync(descriptor);
    return undefined;
  }
  return {
    size: found.size,
    read: (offset, length) => {
      const available = Math.max(0, Math.min(length, found.size - offset));
      const bytes = new Uint8Array(available);
      let at = 0;
      while (at < available) {
        const count = readSync(descriptor, bytes, at, available - at, offset + at);
        if (count === 0) return bytes.subarray(0, at);
        at += count;
      }
      return bytes;
    },
    close: () => closeSync(descriptor),
  };
}
