// SPDX-License-Identifier: MIT

import type { FrameLabel } from "../model/call-tree.ts";
import type { Profile, PythonFunction } from "../model/profile.ts";
import { alignFiles, type FileNames } from "./align-files.ts";

/** The functions of both sides of a comparison, those that are the same made one. */
export interface AlignedFunctions {
  /** By name and by the file's common name; line 0. */
  readonly labels: readonly FrameLabel[];
  /** For each profile of a side, the index in `labels` of each of its functions. */
  readonly before: readonly Int32Array[];
  readonly after: readonly Int32Array[];
  /** Whether only the last part of qualified names counts, as one side has no others (before 3.11). */
  readonly bareNames: boolean;
}

/** How functions of the two sides are found to be the same. */
export interface Matching {
  /** "file": by name and file. "name": by name alone, for code that was moved to other files. */
  readonly by: "file" | "name";
  /** Functions given another name by the user: from a name of the side before, "old", to "new". */
  readonly renames: ReadonlyMap<string, string>;
}

export const DEFAULT_MATCHING: Matching = { by: "file", renames: new Map() };

/** From 3.11 on, code objects know their qualified name. */
const FIRST_QUALIFIED = [3, 11] as const;

/**
 * Functions are the same when their names and the names of their files are, wherever the files lie:
 * lines change with every edit and say nothing. Functions of equal names in one file are one. Matched by name
 * alone, native code stays apart from Python's, and a label has the file of the first that was met.
 */
export function alignFunctions(
  before: readonly Profile[],
  after: readonly Profile[],
  { by, renames }: Matching = DEFAULT_MATCHING,
): AlignedFunctions {
  const files = alignFiles(filesOf(before), filesOf(after));
  const bareNames = new Set([...before, ...after].flatMap(qualified)).size > 1;
  const labels: FrameLabel[] = [];
  const indexes = new Map<string, number>();
  const align = (
    profiles: readonly Profile[],
    names: FileNames,
    renamed: Matching["renames"],
  ): Int32Array[] =>
    profiles.map(({ functions }) =>
      Int32Array.from(functions, (each) => {
        const name = functionName(each, bareNames);
        const label: FrameLabel = {
          kind: each.module === undefined ? "python" : "native",
          name: renamed.get(name) ?? name,
          file: names(each.file),
          line: 0,
        };
        const key = `${by === "file" ? label.file : label.kind}\0${label.name}`;
        let index = indexes.get(key);
        if (index === undefined) {
          index = labels.push(label) - 1;
          indexes.set(key, index);
        }
        return index;
      }),
    );
  return {
    before: align(before, files.before, renames),
    after: align(after, files.after, new Map()),
    labels,
    bareNames,
  };
}

function* filesOf(profiles: readonly Profile[]): Generator<string> {
  for (const { functions } of profiles) for (const { file } of functions) yield file;
}

/** Whether names are qualified, of each Python in the profile. */
function qualified({ processes }: Profile): boolean[] {
  return processes.flatMap(({ python }) => {
    const [major = 0, minor = 0] = (python?.version ?? "").split(".").map(Number);
    if (major === 0) return [];
    return [major > FIRST_QUALIFIED[0] || (major === 3 && minor >= FIRST_QUALIFIED[1])];
  });
}

/** Addresses in names ("<function at 0x7f...>") are of one process only. */
function functionName({ name }: PythonFunction, bare: boolean): string {
  const stable = name.replace(/\b0x[0-9a-f]{6,}\b/gi, "0x…");
  return bare ? stable.slice(stable.lastIndexOf(".") + 1) : stable;
}
