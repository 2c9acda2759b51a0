// SPDX-License-Identifier: MIT
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ElfFile } from "../elf/elf-file.ts";
import { openFile } from "./open-file.ts";

/** Where distributions put debug files, by the build id. */
const BY_BUILD_ID: readonly string[] = ["", "usr/lib/debug"];
/** A directory of more is not what was meant. */
const MOST_ENTRIES = 200_000;

/** Finds programs, libraries and their debug files by build ids, in directories and at paths. */
export class DebugFiles {
  readonly #directories: readonly string[];
  readonly #systemDirectory: string;
  /** Paths by build id, of all ELF files in the directories; made when it is first needed. */
  #index: ReadonlyMap<string, readonly string[]> | undefined;

  /** `systemDirectory`: one where debug files are by their build ids only; it is not searched. */
  constructor(directories: readonly string[], systemDirectory: string) {
    this.#directories = directories;
    this.#systemDirectory = systemDirectory;
  }

  /**
   * All files that have a build id: those named after it, as in `.build-id/ab/cdef.debug`, those at
   * `path` where that is on this machine and unchanged, and else any in the directories. They stay open.
   */
  find(buildId: string, path: string): ElfFile[] {
    const found = new Map<string, ElfFile>();
    const add = (candidate: string): void => {
      if (found.has(candidate)) return;
      const elf = openElf(candidate);
      if (elf?.buildId === buildId) found.set(candidate, elf);
    };
    const name = join(".build-id", buildId.slice(0, 2), `${buildId.slice(2)}.debug`);
    for (const directory of this.#directories) {
      for (const below of BY_BUILD_ID) add(join(directory, below, name));
      if (path.startsWith("/")) add(join(directory, path));
    }
    add(join(this.#systemDirectory, name));
    if (path.startsWith("/")) add(path);
    const tellsAll = [...found.values()].some(({ hasLines }) => hasLines);
    if (!tellsAll) {
      for (const candidate of this.#byBuildId().get(buildId) ?? []) add(candidate);
    }
    return [...found.values()];
  }

  #byBuildId(): ReadonlyMap<string, readonly string[]> {
    if (this.#index !== undefined) return this.#index;
    const index = new Map<string, string[]>();
    for (const path of this.#directories.flatMap(filesBelow)) {
      const file = openFile(path);
      const buildId = file === undefined ? "" : (ElfFile.open(file)?.buildId ?? "");
      file?.close();
      if (buildId === "") continue;
      const known = index.get(buildId);
      if (known === undefined) index.set(buildId, [path]);
      else known.push(path);
    }
    this.#index = index;
    return index;
  }
}

function openElf(path: string): ElfFile | undefined {
  const file = openFile(path);
  const elf = file === undefined ? undefined : ElfFile.open(file);
  if (elf === undefined) file?.close();
  return elf;
}

function filesBelow(directory: string): string[] {
  const files: string[] = [];
  const waiting = [directory];
  for (let entries = 0; waiting.length > 0 && entries < MOST_ENTRIES; ) {
    const at = waiting.pop()!;
    for (const entry of readEntries(at)) {
      entries++;
      if (entry.isDirectory()) waiting.push(join(at, entry.name));
      else if (entry.isFile()) files.push(join(at, entry.name));
    }
  }
  return files.sort();
}

function readEntries(directory: string): import("node:fs").Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
