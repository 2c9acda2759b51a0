// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
import { functionName } from "../text/function-name.ts";
import { StringList } from "../text/string-list.ts";
import { visibleText } from "../text/visible-text.ts";

/** A function as exports name it. */
export interface CodeFunction {
  readonly kind: "python" | "native";
  /** Visible text, never empty. */
  readonly name: string;
  /** Visible text; "": not known. */
  readonly file: string;
  /** Of native code, index in `modules`; -1: Python code, or code that is from no file. */
  readonly module: number;
  /** 1-based; 0: not known. The first of all functions that have this name in this file. */
  readonly firstLine: number;
}

/**
 * The code of a profile for formats that have tables of functions and of places in them. Names
 * come out as visible text: what reads these files may be a terminal, or a program in C.
 */
export interface CodeTable {
  /** Distinct functions. */
  readonly functions: readonly CodeFunction[];
  /** Files that native code was loaded from, visible text. */
  readonly modules: readonly string[];
  /** Distinct places: by line, or one a function. */
  readonly locations: {
    readonly length: number;
    /** Index in `functions`. */
    readonly function: Int32Array;
    /** 1-based; 0: not known, or added up by function. */
    readonly line: Int32Array;
  };
  /** Index in `locations`, of every frame of the profile. */
  readonly locationOfFrame: Int32Array;
}

/** @param lines whether places differ by line. */
export function codeTable({ frames, functions }: Profile, lines: boolean): CodeTable {
  const code: { -readonly [K in keyof CodeFunction]: CodeFunction[K] }[] = [];
  const codeIndex = new Map<string, number>();
  const modules = new StringList();
  const codeOfFunction = functions.map(({ name, file, firstLine, module }) => {
    // As in call trees, functions that differ in nothing but their first line are one.
    const key = `${file.length} ${file}${name}`;
    const known = codeIndex.get(key);
    if (known !== undefined) {
      const { firstLine: line } = code[known]!;
      if (firstLine > 0 && (firstLine < line || line === 0)) code[known]!.firstLine = firstLine;
      return known;
    }
    const index =
      code.push({
        kind: module === undefined ? "python" : "native",
        name: functionName(name),
        file: visibleText(file),
        module: module === undefined || module === "" ? -1 : modules.index(visibleText(module)),
        firstLine: Math.max(firstLine, 0),
      }) - 1;
    codeIndex.set(key, index);
    return index;
  });

  const places = { function: [] as number[], line: [] as number[] };
  const placeIndex = new Map<string, number>();
  const locationOfFrame = frames.function.map((index, frame) => {
    const line = lines ? frames.line[frame]! : 0;
    const key = `${codeOfFunction[index]!} ${line}`;
    const known = placeIndex.get(key);
    if (known !== undefined) return known;
    const place = places.function.push(codeOfFunction[index]!) - 1;
    places.line.push(line);
    placeIndex.set(key, place);
    return place;
  });
  return {
    functions: code,
    modules: modules.list,
    locations: {
      length: places.line.length,
      function: Int32Array.from(places.function),
      line: Int32Array.from(places.line),
    },
    locationOfFrame,
  };
}

/** The places of a stack, innermost first. -1 is the empty stack. */
export function stackLocations(
  { stacks }: Profile,
  { locationOfFrame }: CodeTable,
  stack: number,
): number[] {
  const places: number[] = [];
  for (let at = stack; at >= 0; at = stacks.parent[at]!) {
    places.push(locationOfFrame[stacks.frame[at]!]!);
  }
  return places;
}
