// SPDX-License-Identifier: MIT
import { GrowableFloat64 } from "./growable.ts";
import type { TickTable } from "./profile.ts";

/** A `TickTable` that grows. */
export class TickColumns {
  readonly #nanos = new GrowableFloat64();
  readonly #wallNanos = new GrowableFloat64();

  /** Adds a tick. What it stands for may be known later: see `addToLast`. */
  push(nanos: number, wallNanos: number): void {
    this.#nanos.push(nanos);
    this.#wallNanos.push(wallNanos);
  }

  /** Adds to what the last tick stands for. */
  addToLast(wallNanos: number): void {
    const { length, values } = this.#wallNanos;
    if (length > 0) values[length - 1]! += wallNanos;
  }

  append(ticks: TickTable): void {
    for (let tick = 0; tick < ticks.length; tick++) {
      this.push(ticks.nanos[tick]!, ticks.wallNanos[tick]!);
    }
  }

  clear(): void {
    this.#nanos.length = 0;
    this.#wallNanos.length = 0;
  }

  /** The ticks so far, as views. */
  view(): TickTable {
    const { length } = this.#nanos;
    return { length, nanos: this.#nanos.view(), wallNanos: this.#wallNanos.view() };
  }
}

/** Index of the first tick that is not before a time. */
export function firstTickFrom({ nanos, length }: TickTable, time: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (nanos[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
