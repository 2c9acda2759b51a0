// SPDX-License-Identifier: MIT
import { PairTable } from "./pair-table.ts";
import type { FrameTable, StackTable } from "./profile.ts";

/** What makes two frames one; see `FrameTable` for the meaning. */
export interface Frame {
  readonly function: number;
  readonly line: number;
  readonly column: number;
  readonly flags: number;
  /** -1, the default: Python. */
  readonly address?: number;
}

/** Gives frames and stacks their indexes in the profile. */
export class StackInterner {
  /** (function, line) */
  readonly #places = new PairTable();
  /** (column, flags) */
  readonly #details = new PairTable();
  /** (detail, address) */
  readonly #marks = new PairTable();
  /** (place, mark) */
  readonly #frames = new PairTable();
  /** (parent, frame) */
  readonly #stacks = new PairTable();

  /** Index of a frame, which is added if it is new. */
  frame({ function: index, line, column, flags, address = -1 }: Frame): number {
    return this.#frames.intern(
      this.#places.intern(index, line),
      this.#marks.intern(this.#details.intern(column, flags), address),
    );
  }

  /** Index of a stack: `frame` called by `parent` (-1: by nothing). */
  stack(parent: number, frame: number): number {
    return this.#stacks.intern(parent, frame);
  }

  /** The frames so far, in the order of their indexes. */
  buildFrames(): FrameTable {
    const places = this.#frames.first.view();
    const marks = this.#frames.second.view();
    const details = marks.map((mark) => this.#marks.first.values[mark]!);
    return {
      length: this.#frames.length,
      function: places.map((place) => this.#places.first.values[place]!),
      line: places.map((place) => this.#places.second.values[place]!),
      column: details.map((detail) => this.#details.first.values[detail]!),
      flags: Uint8Array.from(details, (detail) => this.#details.second.values[detail]!),
      address: marks.map((mark) => this.#marks.second.values[mark]!),
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
