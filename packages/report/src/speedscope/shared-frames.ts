// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";

/** A frame as speedscope's file format has it. Its place in the list is its identity there. */
export interface SpeedscopeFrame {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
}

/** Frames numbered as they are met, one a function, or one a function and line. */
export class SharedFrames {
  readonly list: SpeedscopeFrame[] = [];
  readonly #profile: Profile;
  readonly #lines: boolean;
  readonly #index = new Map<string, number>();
  /** By stack: its frames, root first, as JSON. */
  readonly #stacks = new Map<number, string>();

  constructor(profile: Profile, lines: boolean) {
    this.#profile = profile;
    this.#lines = lines;
  }

  /** A stack as the JSON of its frames' numbers, root first. -1 is the empty stack. */
  stackJson(stack: number): string {
    if (stack < 0) return "[]";
    let json = this.#stacks.get(stack);
    if (json === undefined) {
      json = `[${this.#frames(stack).join(",")}]`;
      this.#stacks.set(stack, json);
    }
    return json;
  }

  #frames(stack: number): number[] {
    const { stacks } = this.#profile;
    const path: number[] = [];
    for (let at = stack; at >= 0; at = stacks.parent[at]!)
      path.push(this.#frame(stacks.frame[at]!));
    return path.reverse();
  }

  #frame(frame: number): number {
    const { frames, functions } = this.#profile;
    const code = functions[frames.function[frame]!]!;
    // By function, the line is where it starts: enough to find it in an editor.
    const line = this.#lines ? frames.line[frame]! : code.firstLine;
    const key = JSON.stringify([code.name, code.file, line]);
    let index = this.#index.get(key);
    if (index === undefined) {
      const { name, file } = code;
      index =
        this.list.push({
          name: name === "" ? "?" : name,
          ...(file !== "" && { file }),
          ...(line > 0 && { line }),
        }) - 1;
      this.#index.set(key, index);
    }
    return index;
  }
}
