// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
import type { CodeTable } from "../code/code-table.ts";
import { jsonElements } from "../text/json-pieces.ts";
import { StringList } from "../text/string-list.ts";

/** The profiler's number for a resource that is a library. */
const RESOURCE_LIBRARY = 1;
const CATEGORY_OF_KIND = { python: 0, native: 1 } as const;

/** The tables that all threads of a profile share: stacks, frames, functions, sources, strings. */
export class SharedTables {
  readonly #profile: Profile;
  readonly #code: CodeTable;
  readonly #strings = new StringList();
  /** By stack of the profile: its number here; -1: not asked for yet. */
  readonly #numbers: Int32Array;
  readonly #stacks: { readonly frame: number[]; readonly prefix: (number | null)[] } = {
    frame: [],
    prefix: [],
  };
  readonly #known = new Map<string, number>();

  constructor(profile: Profile, code: CodeTable) {
    this.#profile = profile;
    this.#code = code;
    this.#numbers = new Int32Array(profile.stacks.length).fill(-1);
  }

  string(text: string): number {
    return this.#strings.index(text);
  }

  /** Number of a stack as JSON; "null" for the empty one (-1). */
  stackJson(stack: number): string {
    return stack < 0 ? "null" : `${this.#number(stack)}`;
  }

  #number(stack: number): number {
    if (this.#numbers[stack]! >= 0) return this.#numbers[stack]!;
    const { parent, frame } = this.#profile.stacks;
    // From the outermost frame that is new: parents must stand before their children.
    const path: number[] = [];
    let at = stack;
    for (; at >= 0 && this.#numbers[at]! < 0; at = parent[at]!) path.push(at);
    let prefix = at < 0 ? null : this.#numbers[at]!;
    for (const next of path.reverse()) {
      prefix = this.#intern(prefix, this.#code.locationOfFrame[frame[next]!]!);
      this.#numbers[next] = prefix;
    }
    return this.#numbers[stack]!;
  }

  #intern(prefix: number | null, frame: number): number {
    const key = `${prefix} ${frame}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const number = this.#stacks.frame.push(frame) - 1;
    this.#stacks.prefix.push(prefix);
    this.#known.set(key, number);
    return number;
  }

  /** The tables, whole: to be written last. */
  *json(): Generator<string> {
    const { functions, locations } = this.#code;
    const { frame, prefix } = this.#stacks;
    yield `{"stackTable":{"frame":[`;
    yield* jsonElements(frame, String);
    yield `],"prefix":[`;
    yield* jsonElements(prefix, String);
    yield `],"length":${frame.length}},\n"frameTable":`;
    const frameCount = locations.length;
    const category = Array.from(
      locations.function,
      (index) => CATEGORY_OF_KIND[functions[index]!.kind],
    );
    yield JSON.stringify({
      address: Array.from(locations.address, (address, place) =>
        locations.mapping[place]! < 0 ? -1 : Number(address),
      ),
      inlineDepth: filled(frameCount, 0),
      category,
      subcategory: filled(frameCount, 0),
      func: [...locations.function],
      nativeSymbol: filled(frameCount, null),
      innerWindowID: filled(frameCount, 0),
      line: Array.from(locations.line, (line) => (line > 0 ? line : null)),
      column: filled(frameCount, null),
      length: frameCount,
    });
    const sources = new Map<string, number>();
    const source = functions.map(({ file }) => {
      if (file === "") return null;
      if (!sources.has(file)) sources.set(file, sources.size);
      return sources.get(file)!;
    });
    const count = functions.length;
    // The library of a function is that of its places.
    const resource = filled(count, -1);
    locations.function.forEach((index, place) => {
      if (resource[index] === -1) resource[index] = locations.mapping[place]!;
    });
    const funcTable = {
      name: functions.map(({ name }) => this.string(name)),
      isJS: filled(count, false),
      relevantForJS: filled(count, false),
      resource,
      source,
      lineNumber: functions.map(({ firstLine }) => (firstLine > 0 ? firstLine : null)),
      columnNumber: filled(count, null),
      length: count,
    };
    const sourceTable = {
      filename: [...sources.keys()].map((file) => this.string(file)),
      uuid: filled(sources.size, null),
      length: sources.size,
    };
    yield `,\n"funcTable":${JSON.stringify(funcTable)},\n"sources":${JSON.stringify(sourceTable)}`;
    const { mappings } = this.#code;
    const resourceTable = {
      lib: [...mappings.keys()],
      name: mappings.map(({ path }) => this.string(path.slice(path.lastIndexOf("/") + 1))),
      host: filled(mappings.length, null),
      type: filled(mappings.length, RESOURCE_LIBRARY),
      length: mappings.length,
    };
    const noSymbols = { libIndex: [], address: [], name: [], functionSize: [], length: 0 };
    yield `,\n"resourceTable":${JSON.stringify(resourceTable)}`;
    yield `,\n"nativeSymbols":${JSON.stringify(noSymbols)},\n"stringArray":[`;
    yield* jsonElements(this.#strings.list);
    yield "]}";
  }
}

function filled<T>(length: number, value: T): T[] {
  return new Array<T>(length).fill(value);
}
