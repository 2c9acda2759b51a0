// SPDX-License-Identifier: MIT
import type { Profile } from "../model/profile.ts";

/** What a recording knows of a function's place in its file. */
export interface RecordedCode {
  /** As recorded: "Worker.run". */
  readonly name: string;
  /** 1-based. */
  readonly firstLine: number;
  /** The last line that was seen of it; `firstLine`, if none was. */
  readonly lastLine: number;
}

/** Decorators between the first line of a function and its `def`. */
const MOST_DECORATOR_LINES = 60;

/** The Python functions of a recording by their files. */
export function recordedCode({ functions, frames }: Profile): Map<string, RecordedCode[]> {
  const lastLine = functions.map(({ firstLine }) => firstLine);
  for (let index = 0; index < frames.length; index++) {
    const fn = frames.function[index]!;
    lastLine[fn] = Math.max(lastLine[fn]!, frames.line[index]!);
  }
  const files = new Map<string, RecordedCode[]>();
  functions.forEach(({ name, file, firstLine, module }, index) => {
    if (module !== undefined) return;
    const code = files.get(file) ?? [];
    files.set(file, code);
    code.push({ name, firstLine, lastLine: lastLine[index]! });
  });
  return files;
}

/** The lines of a text, as Python counts them. */
export function sourceLines(text: string): string[] {
  return text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
}

/**
 * Why a text cannot be the file that was recorded: a function does not begin where it did, or a line was
 * seen beyond its end. `undefined`: nothing speaks against it.
 */
export function sourceMisfit(
  lines: readonly string[],
  code: readonly RecordedCode[],
): string | undefined {
  for (const { name, firstLine, lastLine } of code) {
    if (lastLine > lines.length) {
      return `line ${lastLine} was seen, and it has ${lines.length}`;
    }
    const own = name.split(".").at(-1)!;
    if (!begins(own, lines, firstLine)) {
      return `${name} does not begin at its line ${firstLine}`;
    }
  }
  return undefined;
}

function begins(name: string, lines: readonly string[], firstLine: number): boolean {
  const first = lines[firstLine - 1] ?? "";
  if (name === "<lambda>")
    return lines
      .slice(firstLine - 1, firstLine + 2)
      .join()
      .includes("lambda");
  // <module>, <genexpr>, __annotate__ and the like have no line that names them.
  if (!/^[\p{L}\p{N}_]+$/u.test(name) || /^__annotat/.test(name)) return true;
  const definition = new RegExp(
    `^\\s*(?:(?:async\\s+)?def|class)\\s+${name}(?![\\p{L}\\p{N}_])`,
    "u",
  );
  if (!/^\s*@/.test(first)) return definition.test(first);
  return lines
    .slice(firstLine, firstLine + MOST_DECORATOR_LINES)
    .some((line) => definition.test(line));
}
