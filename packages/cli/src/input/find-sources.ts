// SPDX-License-Identifier: MIT

import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import {
  type Profile,
  type RecordedCode,
  recordedCode,
  sourceLines,
  sourceMisfit,
} from "@pyspy/analyze";
import type { GivenSources, SourceFile } from "@pyspy/report";
import type { SourceRoot } from "./source-root.ts";

/** Longer files are generated, and nobody reads them. */
const MOST_BYTES = 1 << 20;
/** Directories of a recorded path that are looked for. */
const LONGEST_PATH = 64;

/**
 * Source text of the files that were recorded. A path that stands in a recording is only ever looked for below
 * the directories that the user named, links resolved; what is found there counts if the functions that were
 * recorded begin in it where they did.
 */
export async function findSources(
  profile: Profile,
  roots: readonly SourceRoot[],
): Promise<GivenSources> {
  const files: SourceFile[] = [];
  const misfits: { file: string; reason: string }[] = [];
  for (const [file, code] of recordedCode(profile)) {
    const found = await findSource(file, code, roots);
    if (found === undefined) continue;
    if ("text" in found) files.push({ file, text: found.text });
    else misfits.push({ file, reason: found.reason });
  }
  return { files, misfits };
}

/** The text that fits, else why the likeliest does not. */
async function findSource(
  file: string,
  code: readonly RecordedCode[],
  roots: readonly SourceRoot[],
): Promise<{ text: string } | { reason: string } | undefined> {
  let misfit: { reason: string } | undefined;
  for (const root of roots) {
    for (const ending of endings(file, root.recorded)) {
      const text = await readBelow(root.directory, ending);
      if (text === undefined) continue;
      const reason = sourceMisfit(sourceLines(text), code);
      if (reason === undefined) return { text };
      misfit ??= { reason: `${ending.join("/")}: ${reason}` };
    }
  }
  return misfit;
}

/** What of a recorded path is looked for below a root, the longest first. */
function endings(file: string, recorded: string | undefined): string[][] {
  const isBelow = recorded === undefined || file.startsWith(`${recorded}/`);
  if (!isBelow || file.includes("\0") || file.startsWith("<")) return [];
  const rest = recorded === undefined ? file : file.slice(recorded.length);
  const names = rest.split("/").filter((name) => name !== "" && name !== ".");
  if (names.length === 0 || names.length > LONGEST_PATH || names.includes("..")) return [];
  return recorded === undefined ? names.map((_, at) => names.slice(at)) : [names];
}

/** The text of a plain file that lies below a directory, whatever links lead to it; `undefined`: there is none. */
async function readBelow(directory: string, names: readonly string[]): Promise<string | undefined> {
  try {
    const path = await realpath(join(directory, ...names));
    if (!path.startsWith(directory.endsWith(sep) ? directory : directory + sep)) return undefined;
    // A pipe must not be waited for.
    const handle = await open(
      path,
      constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW,
    );
    try {
      const stat = await handle.stat();
      if (!stat.isFile() || stat.size > MOST_BYTES) return undefined;
      return new TextDecoder().decode(await handle.readFile());
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
