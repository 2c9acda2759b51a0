// SPDX-License-Identifier: MIT

import { type Dirent, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { NotACaptureError } from "@pyspy/analyze";
import { glob } from "tinyglobby";
import type { CliIo } from "../cli-io.ts";
import { InputError } from "../errors.ts";
import { STANDARD_STREAM } from "../output/output-target.ts";

const CAPTURE = /\.pspy(\.gz)?$/i;
const WILDCARD = /[*?[\]]/;

/**
 * The files that inputs stand for, in the place of each: of a directory the captures in it and below, of a
 * pattern ("day-*.pspy", "**\/*.mojo") what matches it, both in the order of their names. What is neither, and a
 * pattern that nothing matches, stays as it is: whoever reads it says what is wrong.
 *
 * @throws InputError for a directory without a capture, or one that cannot be listed.
 */
export async function expandInputs(
  inputs: readonly string[],
  io: Pick<CliIo, "cwd">,
): Promise<string[]> {
  const files: string[] = [];
  for (const input of inputs) {
    const kind = kindOf(input, io);
    if (kind === "directory") files.push(...(await capturesBelow(input, io)));
    else if (kind === "missing" && WILDCARD.test(input)) files.push(...(await matching(input, io)));
    else files.push(input);
  }
  return files;
}

function kindOf(input: string, io: Pick<CliIo, "cwd">): "directory" | "file" | "missing" {
  if (input === STANDARD_STREAM) return "file";
  const stat = statSync(resolve(io.cwd, input), { throwIfNoEntry: false });
  if (stat === undefined) return "missing";
  return stat.isDirectory() ? "directory" : "file";
}

async function capturesBelow(directory: string, io: Pick<CliIo, "cwd">): Promise<string[]> {
  const root = resolve(io.cwd, directory);
  let entries: Dirent[];
  try {
    entries = await readdir(root, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw new InputError(directory, error);
  }
  const found = entries
    .filter((entry) => entry.isFile() && CAPTURE.test(entry.name))
    .map(({ parentPath, name }) => join(directory, parentPath.slice(root.length), name))
    .sort();
  if (found.length > 0) return found;
  throw new InputError(
    directory,
    new NotACaptureError(
      "text",
      "a directory without .pspy files (a pattern names others: '*.mojo')",
    ),
  );
}

async function matching(pattern: string, { cwd }: Pick<CliIo, "cwd">): Promise<string[]> {
  const found = await glob(pattern, {
    cwd,
    absolute: pattern.startsWith("/"),
    braceExpansion: false,
    expandDirectories: false,
  });
  return found.length > 0 ? found.sort() : [pattern];
}
