// SPDX-License-Identifier: MIT

import type { CodeMapping, Profile } from "@pyspy/analyze";
import { functionName } from "../text/function-name.ts";
import { visibleText } from "../text/visible-text.ts";

/** A function as exports name it. */
export interface CodeFunction {
  readonly kind: "python" | "native";
  /** Visible text, never empty. */
  readonly name: string;
  /** Visible text; "": not known. */
  readonly file: string;
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
  /** Files that native code was loaded from; paths are visible text. */
  readonly mappings: readonly CodeMapping[];
  /** Distinct places: by line and address, or one a function and mapping. */
  readonly locations: {
    readonly length: number;
    /** Index in `functions`. */
    readonly function: Int32Array;
    /** 1-based; 0: not known, or added up by function. */
    readonly line: Int32Array;
    /** Of native code, index in `mappings`; -1: Python code, or code that is from no file. */
    readonly mapping: Int32Array;
    /** In the numbering of the file of the mapping; 0: of no mapping, or not told apart. */
    readonly address: BigUint64Array;
  };
  /** Index in `locations`, of every frame of the profile. */
  readonly locationOfFrame: Int32Array;
}

export interface CodeTableOptions {
  /** Whether places differ by line. */
  readonly lines: boolean;
  /** Whether places differ by address, where they differ by line. */
  readonly addresses?: boolean;
}

export function codeTable(
  profile: Profile,
  { lines, addresses = false }: CodeTableOptions,
): CodeTable {
  const { frames, native } = profile;
  const { functions, indexes: codeOfFunction } = distinctFunctions(profile);
  const places = {
    function: [] as number[],
    line: [] as number[],
    mapping: [] as number[],
    address: [] as bigint[],
  };
  const placeIndex = new Map<string, number>();
  const locationOfFrame = frames.function.map((index, frame) => {
    const line = lines ? frames.line[frame]! : 0;
    const at = frames.address[frame]!;
    const mapping = at < 0 ? -1 : native!.addresses.mapping[at]!;
    const told = addresses && lines && mapping >= 0;
    const address = told ? native!.addresses.address[at]! : 0n;
    const key = `${codeOfFunction[index]!} ${line} ${mapping} ${address}`;
    const known = placeIndex.get(key);
    if (known !== undefined) return known;
    const place = places.function.push(codeOfFunction[index]!) - 1;
    places.line.push(line);
    places.mapping.push(mapping);
    places.address.push(address);
    placeIndex.set(key, place);
    return place;
  });
  const isMapped = places.mapping.some((mapping) => mapping >= 0);
  return {
    functions,
    mappings: (isMapped ? native!.mappings : []).map(({ path, buildId }) => ({
      path: visibleText(path),
      buildId,
    })),
    locations: {
      length: places.line.length,
      function: Int32Array.from(places.function),
      line: Int32Array.from(places.line),
      mapping: Int32Array.from(places.mapping),
      address: BigUint64Array.from(places.address),
    },
    locationOfFrame,
  };
}

/** As in call trees, functions that differ in nothing but their first line are one. */
function distinctFunctions({ functions }: Profile): {
  readonly functions: CodeFunction[];
  /** Of every function of the profile. */
  readonly indexes: number[];
} {
  const distinct: { -readonly [K in keyof CodeFunction]: CodeFunction[K] }[] = [];
  const known = new Map<string, number>();
  const indexes = functions.map(({ name, file, firstLine, module }) => {
    const key = `${file.length} ${file}${name}`;
    const index = known.get(key);
    if (index !== undefined) {
      const { firstLine: line } = distinct[index]!;
      if (firstLine > 0 && (firstLine < line || line === 0)) distinct[index]!.firstLine = firstLine;
      return index;
    }
    const added =
      distinct.push({
        kind: module === undefined ? "python" : "native",
        name: functionName(name),
        file: visibleText(file),
        firstLine: Math.max(firstLine, 0),
      }) - 1;
    known.set(key, added);
    return added;
  });
  return { functions: distinct, indexes };
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
