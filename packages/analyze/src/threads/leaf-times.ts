// SPDX-License-Identifier: MIT
import { GrowableFloat64 } from "../model/growable.ts";
import { PairTable } from "../model/pair-table.ts";

/** Beyond this many cells, only pairs that occur have one. */
const MOST_DENSE_CELLS = 1 << 22;

/** Time of threads in functions, added up for each pair of the two. */
export class LeafTimes {
  readonly #functions: number;
  readonly #dense: Float64Array | undefined;
  readonly #pairs = new PairTable();
  readonly #nanos = new GrowableFloat64();

  constructor(threads: number, functions: number) {
    this.#functions = functions;
    const cells = threads * functions;
    this.#dense = cells <= MOST_DENSE_CELLS ? new Float64Array(cells) : undefined;
  }

  add(thread: number, index: number, nanos: number): void {
    if (this.#dense !== undefined) {
      this.#dense[thread * this.#functions + index]! += nanos;
      return;
    }
    const cell = this.#pairs.intern(thread, index);
    if (cell === this.#nanos.length) this.#nanos.push(0);
    this.#nanos.values[cell]! += nanos;
  }

  forEach(visit: (thread: number, index: number, nanos: number) => void): void {
    this.#dense?.forEach((nanos, cell) => {
      if (nanos > 0) visit(Math.floor(cell / this.#functions), cell % this.#functions, nanos);
    });
    this.#nanos.view().forEach((nanos, cell) => {
      visit(this.#pairs.first.values[cell]!, this.#pairs.second.values[cell]!, nanos);
    });
  }
}
