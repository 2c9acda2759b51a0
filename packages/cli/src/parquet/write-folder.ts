// SPDX-License-Identifier: MIT

import { randomBytes } from "node:crypto";
import { readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { CliIo } from "../cli-io.ts";
import { OutputError, UsageError } from "../errors.ts";
import type { OutputTarget } from "../output/output-target.ts";
import { isSystemError } from "../system-error.ts";

/** A directory to be written. */
export type FolderTarget = Extract<OutputTarget, { kind: "file" }>;

/**
 * The target as a directory.
 *
 * @throws UsageError for standard output; OutputError when something is there: tables of two exports would
 *   be taken for one, and a directory of somebody's is not for us to remove.
 */
export function folderTarget(target: OutputTarget, io: Pick<CliIo, "cwd">): FolderTarget {
  if (target.kind === "stdout") {
    throw new UsageError("parquet is a directory of files; name one with -o");
  }
  const path = resolve(io.cwd, target.path);
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing !== undefined && !(existing.isDirectory() && readdirSync(path).length === 0)) {
    throw new OutputError(target.path, `the output ${target.path} is there already`);
  }
  return target;
}

/**
 * Fills a directory under another name beside its place, and gives it its name when it is whole.
 *
 * @throws OutputError when it cannot be written; what `fill` throws.
 */
export async function writeFolderWhole(
  target: FolderTarget,
  io: CliIo,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const path = resolve(io.cwd, target.path);
  const suffix = randomBytes(6).toString("hex");
  const folder = join(dirname(path), `.${basename(path).slice(0, 200)}.${suffix}.tmp`);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const release = io.onInterrupt(remove);
  try {
    await mkdir(folder);
    await fill(folder);
    if (statSync(path, { throwIfNoEntry: false }) !== undefined) rmdirSync(path);
    await rename(folder, path);
  } catch (error) {
    remove();
    throw isSystemError(error)
      ? new OutputError(target.path, `cannot write ${target.path}`, { cause: error })
      : error;
  } finally {
    release();
  }
}
