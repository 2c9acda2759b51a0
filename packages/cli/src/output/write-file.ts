// SPDX-License-Identifier: MIT

import { randomBytes } from "node:crypto";
import { realpathSync, type Stats, statSync, unlinkSync } from "node:fs";
import { type FileHandle, open, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { CliIo } from "../cli-io.ts";

/** Bytes in pieces, which may have to be waited for. */
export type BytePieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Writes bytes to a file so that the path never holds half of it: into a file beside it, which takes
 * its name when it is whole. A file that was there keeps its permissions, a new one has those of
 * `mode`. What is not a regular file (/dev/null, a named pipe) is written to as it is.
 *
 * @throws the system's error; the file is then as it was before.
 */
export async function writeFileWhole(
  path: string,
  pieces: BytePieces,
  io: CliIo,
  { mode = 0o666 }: { readonly mode?: number } = {},
): Promise<void> {
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing !== undefined && !existing.isFile()) {
    const file = await open(path, "w");
    await writeAndClose(file, pieces);
    return;
  }
  // Through a symbolic link: the file it points to is replaced, not the link.
  const target = existing === undefined ? path : realpathSync(path);
  await replaceFile(target, { existing, mode }, pieces, io);
}

async function replaceFile(
  path: string,
  { existing, mode }: { readonly existing: Stats | undefined; readonly mode: number },
  pieces: BytePieces,
  io: CliIo,
): Promise<void> {
  const suffix = randomBytes(4).toString("hex");
  const temporary = join(dirname(path), `.${basename(path).slice(0, 200)}.${suffix}.tmp`);
  const file = await open(temporary, "wx", mode);
  const remove = (): void => {
    try {
      unlinkSync(temporary);
    } catch {
      // It has its name already, or went away with its directory.
    }
  };
  const release = io.onInterrupt(remove);
  try {
    if (existing !== undefined) await file.chmod(existing.mode & 0o777);
    await writeAndClose(file, pieces);
    await rename(temporary, path);
  } catch (error) {
    await file.close();
    remove();
    throw error;
  } finally {
    release();
  }
}

async function writeAndClose(file: FileHandle, pieces: BytePieces): Promise<void> {
  try {
    for await (const piece of pieces) await file.writeFile(piece);
  } finally {
    await file.close();
  }
}
