// SPDX-License-Identifier: MIT

import { CaptureReader, type Profile } from "@pyspy/analyze";

/** Base64 is decoded, and what is inflated read, in pieces between which the browser may breathe. */
const PIECE_CHARACTERS = 4 << 20;

/** What the page carries. */
export interface Recording {
  readonly profile: Profile;
}

/** Reads the captures that this page carries; `undefined`: there are none. */
export async function loadRecording(): Promise<Recording | undefined> {
  const blocks = [...document.querySelectorAll<HTMLScriptElement>("script[data-bytes]")];
  if (blocks.length === 0) return undefined;
  const reader = new CaptureReader();
  for (const block of blocks) {
    await readBlock(block.text, reader);
    reader.endInput();
  }
  return { profile: reader.finish() };
}

async function readBlock(text: string, reader: CaptureReader): Promise<void> {
  const inflated = new DecompressionStream("gzip");
  const written = writeAll(text, inflated.writable);
  // Awaited below, where reading the other end may throw first.
  written.catch(() => {});
  const source = inflated.readable.getReader();
  try {
    for (;;) {
      const { done, value } = await source.read();
      if (done) break;
      reader.push(value);
    }
    await written;
  } catch (error) {
    // What came before the damage counts.
    reader.breakInput(String(error));
  }
}

async function writeAll(text: string, writable: WritableStream<BufferSource>): Promise<void> {
  const writer = writable.getWriter();
  try {
    for (let at = 0; at < text.length; at += PIECE_CHARACTERS) {
      await writer.write(bytesOf(atob(text.slice(at, at + PIECE_CHARACTERS))));
    }
    await writer.close();
  } catch (error) {
    await writer.abort(error);
    throw error;
  }
}

function bytesOf(binary: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
