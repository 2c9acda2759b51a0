// SPDX-License-Identifier: MIT
import type { Selection } from "../select/selection.ts";
import type { MutableTotals } from "../select/totals.ts";

/** The runs of a selection added up by stack, once, so that edits can be accounted for by stack. */
export class StackTotals {
  // Entry 0 is for observations without a stack, entry n for stack n - 1.
  readonly #runs: Float64Array;
  readonly #samples: Float64Array;
  readonly #wallNanos: Float64Array;
  readonly #cpuNanos: Float64Array;

  constructor({ profile, runs }: Selection) {
    const { samples, stacks } = profile;
    const length = stacks.length + 1;
    this.#runs = new Float64Array(length);
    this.#samples = new Float64Array(length);
    this.#wallNanos = new Float64Array(length);
    this.#cpuNanos = new Float64Array(length);
    for (const run of runs) {
      const at = samples.stack[run]! + 1;
      this.#runs[at]!++;
      this.#samples[at]! += samples.ticks[run]!;
      this.#wallNanos[at]! += samples.wallNanos[run]!;
      this.#cpuNanos[at]! += samples.cpuNanos[run]!;
    }
  }

  /** Adds what ends in a stack; -1: what has none. */
  add(sum: MutableTotals, stack: number): void {
    const at = stack + 1;
    sum.runs += this.#runs[at]!;
    sum.samples += this.#samples[at]!;
    sum.wallNanos += this.#wallNanos[at]!;
    sum.cpuNanos += this.#cpuNanos[at]!;
  }
}
