// SPDX-License-Identifier: MIT
import { modulesOfFiles } from "../code/module-name.ts";
import { InvalidFilterError } from "../errors.ts";
import { type NamePattern, parseNamePattern } from "../select/name-pattern.ts";
import type { CodeTables } from "./frame-edit.ts";

/** Something that frames match or do not; see `parseFramePattern`. */
export interface FramePattern {
  /** As it was written. */
  readonly text: string;
  /** What of a frame is looked at; "any": function, file and module, each by itself. */
  readonly part: "any" | "function" | "file" | "module" | "line";
  readonly name: NamePattern;
  /** First and last line, of "line". */
  readonly lines: readonly [number, number];
}

const PART = /^(function|file|module|line):/s;
const LINES = /^(.*?)(?::?(\d{1,9})(?:-(\d{1,9}))?)$/s;

/**
 * A pattern for frames, as a regular expression that is found anywhere in
 *
 *     json               the function's qualified name, its file or its module
 *     function:^loads$   the function's qualified name
 *     file:views\.py     the file, as recorded
 *     module:^json\.     the module with its packages, "json.decoder"
 *     line:app\.py:12-20 the file, and a line or lines of it
 *
 * @throws InvalidFilterError
 */
export function parseFramePattern(text: string): FramePattern {
  const part = PART.exec(text)?.[1] as FramePattern["part"] | undefined;
  if (part === undefined) return pattern(text, "any", text);
  const rest = text.slice(part.length + 1);
  if (part !== "line") return pattern(text, part, rest);
  const match = LINES.exec(rest);
  if (match === null) throw new InvalidFilterError(`${text} has no line: line:FILE:12 or 12-20`);
  const first = Number(match[2]);
  return { ...pattern(text, part, match[1]!), lines: [first, Number(match[3] ?? first)] };
}

function pattern(text: string, part: FramePattern["part"], name: string): FramePattern {
  return { text, part, name: parseNamePattern(name), lines: [0, 0] };
}

/** Marks the frames that match one of the patterns: entry n is 1 if frame n does. */
export function matchFrames(code: CodeTables, patterns: readonly FramePattern[]): Uint8Array {
  const { functions, frames } = code;
  const modules = modulesOfFiles(functions);
  const byFunction = patterns.filter(({ part }) => part !== "line");
  const matching = functions.map((each) =>
    byFunction.some(({ part, name }) => {
      const { module } = modules.get(each.file)!;
      if (part === "function") return name.test(each.name);
      if (part === "file") return name.test(each.file);
      if (part === "module") return name.test(module);
      return name.test(each.name) || name.test(each.file) || name.test(module);
    }),
  );
  const marked = Uint8Array.from(frames.function, (index) => Number(matching[index]!));
  for (const { part, name, lines } of patterns) {
    if (part !== "line") continue;
    const files = functions.map(({ file }) => name.test(file));
    frames.line.forEach((line, frame) => {
      const within = line >= lines[0] && line <= lines[1];
      if (within && files[frames.function[frame]!]!) marked[frame] = 1;
    });
  }
  return marked;
}
