// SPDX-License-Identifier: MIT

import { type FileHandle, open } from "node:fs/promises";
import { resolve } from "node:path";
import type { CliIo } from "../cli-io.ts";
import { UsageError } from "../errors.ts";
import { STANDARD_STREAM } from "../output/output-target.ts";

/** A few of these in flight keep the disk busy and the memory small. */
const CHUNK_BYTES = 1 << 20;

/**
 * The bytes of an input, piece by piece. A piece is not used again: the reader may keep it.
 *
 * @param onLength is told how many bytes there will be, if anybody knows.
 * @throws the system's error; UsageError when a person would have to type the capture.
 */
export async function* inputBytes(
  path: string,
  io: CliIo,
  onLength: (length: number | undefined) => void = () => {},
): AsyncGenerator<Uint8Array> {
  if (path === STANDARD_STREAM) {
    if (io.stdin.isTTY) {
      throw new UsageError("standard input is a terminal; pipe a capture into it, or name a file");
    }
    yield* io.stdin;
    return;
  }
  const file = await open(resolve(io.cwd, path), "r");
  try {
    onLength(await knownLength(file));
    for (;;) {
      const buffer = new Uint8Array(CHUNK_BYTES);
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Of a pipe, for instance, there is none. */
async function knownLength(file: FileHandle): Promise<number | undefined> {
  const stat = await file.stat();
  return stat.isFile() ? stat.size : undefined;
}
