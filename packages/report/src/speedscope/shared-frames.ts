// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
import { type CodeFunction, codeTable, stackLocations } from "../code/code-table.ts";
import { jsonElements } from "../text/json-pieces.ts";

/**
 * Frames as speedscope's file format has them, one a function, or one a function and line. Its
 * place in the list is a frame's identity there.
 */
export class SharedFrames {
  readonly #profile: Profile;
  readonly #code: ReturnType<typeof codeTable>;
  readonly #lines: boolean;
  /** By stack: its frames, root first, as JSON. */
  readonly #stacks = new Map<number, string>();

  constructor(profile: Profile, lines: boolean) {
    this.#profile = profile;
    this.#code = codeTable(profile, { lines });
    this.#lines = lines;
  }

  /** A stack as the JSON of its frames' numbers, root first. -1 is the empty stack. */
  stackJson(stack: number): string {
    let json = this.#stacks.get(stack);
    if (json === undefined) {
      json = `[${stackLocations(this.#profile, this.#code, stack).reverse().join(",")}]`;
      this.#stacks.set(stack, json);
    }
    return json;
  }

  /** The elements of the list of frames. */
  *json(): Generator<string> {
    const { functions, locations } = this.#code;
    yield* jsonElements(locations.function.keys(), (place) => {
      const code = functions[locations.function[place]!]!;
      // By function, the line is where it starts: enough to find it in an editor.
      return frameJson(code, this.#lines ? locations.line[place]! : code.firstLine);
    });
  }
}

/** Native code is told apart by its name: the file of a frame is what viewers show last. */
function frameJson({ kind, name, file }: CodeFunction, line: number): string {
  return JSON.stringify({
    name: kind === "native" ? `[native] ${name}` : name,
    ...(file !== "" && { file }),
    ...(line > 0 && { line }),
  });
}
