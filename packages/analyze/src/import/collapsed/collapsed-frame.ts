// SPDX-License-Identifier: MIT

/** A frame as a text names it. */
export interface TextFrame {
  readonly name: string;
  /** "": not known. */
  readonly file: string;
  /** 0: not known. */
  readonly line: number;
}

/** py-spy and what writes as it does: `name (file.py:12)`, `name (file.py)`. */
const WITH_FILE = /^(.+) \(([^()]+?)(?::(\d{1,9}))?\)$/s;
/** profiling.sampling, and austin: `file.py:name:12`, with ends of lines and columns behind it. */
const FILE_FIRST = /^((?:[A-Za-z]:[\\/])?[^:]*[./\\<~][^:]*):(.+?):(\d{1,9})(?::\d{1,9}){0,3}$/s;

/** Reads a frame in any of the ways in which collapsed stacks have them; else it is a bare name. */
export function collapsedFrame(text: string): TextFrame {
  const [, name, file, line] = WITH_FILE.exec(text) ?? [];
  if (name !== undefined) return { name, file: file!, line: Number(line ?? 0) };
  return fileFirstFrame(text) ?? { name: text, file: "", line: 0 };
}

/** A frame of `file:name:line`; `undefined`: it is none. */
export function fileFirstFrame(text: string): TextFrame | undefined {
  const found = FILE_FIRST.exec(text);
  if (found === null) return undefined;
  return { file: found[1]!, name: found[2]!, line: Number(found[3]) };
}
