// SPDX-License-Identifier: MIT
import type { FrameLabel } from "../model/call-tree.ts";
import type { Profile } from "../model/profile.ts";

/** Gives equal labels one index. */
export class LabelTable {
  readonly labels: FrameLabel[] = [];
  readonly #index = new Map<string, number>();

  intern(label: FrameLabel): number {
    const { kind, name, file, line } = label;
    const key = `${kind} ${line} ${file.length} ${file}${name}`;
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    const index = this.labels.push(label) - 1;
    this.#index.set(key, index);
    return index;
  }

  /** The label of every frame of the profile: with its line, or with 0 for every line. */
  ofFrames(profile: Profile, lines: boolean): Int32Array {
    const { frames, functions } = profile;
    return frames.function.map((index, frame) => {
      const { name, file, module } = functions[index]!;
      const kind = module === undefined ? "python" : "native";
      return this.intern({ kind, name, file, line: lines ? frames.line[frame]! : 0 });
    });
  }
}
