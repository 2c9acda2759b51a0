// SPDX-License-Identifier: MIT

import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { PackedCapture } from "@pyspy/report";
import type { InputCapture } from "./captures-in.ts";

/** Keeps the bytes of captures while they are read, for a report that carries them. */
export class KeptCaptures {
  readonly #kept: { readonly capture: InputCapture; readonly pieces: Uint8Array[] }[] = [];

  /** The same capture, of which every byte is kept that is read. */
  keep(capture: InputCapture): InputCapture {
    const pieces: Uint8Array[] = [];
    this.#kept.push({ capture, pieces });
    async function* bytes(): AsyncGenerator<Uint8Array> {
      for await (const piece of capture.bytes) {
        pieces.push(piece);
        yield piece;
      }
    }
    return { ...capture, bytes: bytes() };
  }

  /** All that were kept, in their order, compressed. */
  packed(): Promise<PackedCapture[]> {
    return Promise.all(
      this.#kept.map(({ capture: { name, carried }, pieces }) => {
        if (carried === undefined) return pack(name, Buffer.concat(pieces));
        // Of which side it was, says nothing of the page that it comes into.
        const { sides: _, ...file } = carried;
        return file;
      }),
    );
  }
}

async function pack(name: string, bytes: Uint8Array): Promise<PackedCapture> {
  const fileBytes = bytes.length;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    return { name, fileBytes, gzip: bytes, packed: false };
  return { name, fileBytes, gzip: await promisify(gzip)(bytes, { level: 9 }), packed: true };
}
