// SPDX-License-Identifier: MIT
import { PairTable } from "./pair-table.ts";
import type { FrameTable, StackTable } from "./profile.ts";

/** What makes two frames one; see `FrameTable` for the meaning. */
export interface Frame {
  readonly function: number;
  readonly line: number;
  readonly column: number;
  readonly flags: number;
}

/** Gives frames and stacks their indexes in the profile. */
export class StackInterner {
  /** (function, line) */
  readonly #places = new PairTable();
  /** (column, flags) */
  readonly #details = new PairTable();
  /** (place, detail) */
  readonly #frames = new PairTable();
  /** (parent, frame) */
  readonly #stacks = new PairTable();

  /** Index of a frame, which is added if it is new. */
  frame(frame: Frame): number {
    return this.#frames.intern(
      this.#places.intern(frame.function, frame.line),
      this.#details.intern(frame.column, frame.flags),
    );
  }

  /** Index of a stack: `frame` called by `parent` (-1: by nothing). */
  stack(parent: number, frame: number): number {
    return this.#stacks.intern(parent, frame);
  }

  /** The frames so far, in the order of their indexes. */
  buildFrames(): FrameTable {
    const places = this.#frames.first.view();
    const details = this.#frames.second.view();
    return {
      length: this.#frames.length,
      function: places.map((place) => this.#places.first.values[place]!),
      line: places.map((place) => this.#places.second.values[place]!),
      column: details.map((detail) => this.#details.first.values[detail]!),
      flags: Uint8Array.from(details, (detail) => this.#details.second.values[detail]!),
    };
  }

  /** The stacks so far: parents stand before their children, as they had to be added first. */
  buildStacks(): StackTable {
    return {
      length: this.#stacks.length,
      parent: this.#stacks.first.view(),
      frame: this.#stacks.second.view(),
    };
  }
}
