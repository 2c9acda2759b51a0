// SPDX-License-Identifier: MIT

import type { Profile } from "../model/profile.ts";
import type { TimeRange } from "../time/time-range.ts";

/** See `RecordedTime.windowOf`. */
export const NO_WINDOW = -1;
export const SEVERAL = -2;

/**
 * The time in which something was recorded, without the gaps between recordings, so that it can be
 * cut into windows of equal length.
 */
export class RecordedTime {
  readonly lengthNanos: number;
  readonly #ranges: readonly TimeRange[];
  /** Recorded time before each range. */
  readonly #before: readonly number[];

  /** @param within the parts of it that count, in the order of time; without them, all. */
  constructor(profile: Profile, within?: readonly TimeRange[]) {
    const recorded = united(
      profile.recordings.map(({ startNanos, endNanos }) => ({
        fromNanos: startNanos,
        toNanos: endNanos,
      })),
    );
    this.#ranges = within === undefined ? recorded : common(recorded, within);
    let length = 0;
    this.#before = this.#ranges.map((range) => {
      const before = length;
      length += range.toNanos - range.fromNanos;
      return before;
    });
    this.lengthNanos = length;
  }

  /**
   * Says which windows a stretch of time lies in, and with what part of it. What was not recorded is
   * left out.
   */
  spread(
    startNanos: number,
    endNanos: number,
    windowNanos: number,
    add: (window: number, part: number) => void,
  ): void {
    const whole = endNanos - startNanos;
    for (let i = this.#firstEndingAfter(startNanos); i < this.#ranges.length; i++) {
      const range = this.#ranges[i]!;
      if (range.fromNanos >= endNanos && whole > 0) break;
      const from = Math.max(startNanos, range.fromNanos);
      const to = Math.min(endNanos, range.toNanos);
      if (to < from || (to === from && whole > 0)) continue;
      const shift = this.#before[i]! - range.fromNanos;
      if (whole <= 0) {
        add(Math.floor((from + shift) / windowNanos), 1);
        return;
      }
      let at = from + shift;
      const end = to + shift;
      for (let window = Math.floor(at / windowNanos); at < end; window++) {
        const next = Math.min(end, (window + 1) * windowNanos);
        if (next > at) add(window, (next - at) / whole);
        at = Math.max(next, at);
      }
    }
  }

  /**
   * The window that holds a stretch of time as a whole; `NO_WINDOW` where nothing of it was recorded,
   * `SEVERAL` where it must be spread.
   */
  windowOf(startNanos: number, endNanos: number, windowNanos: number): number {
    const index = this.#firstEndingAfter(startNanos);
    if (index === this.#ranges.length) return NO_WINDOW;
    const { fromNanos, toNanos } = this.#ranges[index]!;
    if (fromNanos > endNanos) return NO_WINDOW;
    if (startNanos < fromNanos || endNanos > toNanos || endNanos <= startNanos) return SEVERAL;
    const at = startNanos + (this.#before[index]! - fromNanos);
    const window = Math.floor(at / windowNanos);
    return at + (endNanos - startNanos) <= (window + 1) * windowNanos ? window : SEVERAL;
  }

  /** By halving: there may be many ranges, and a run for each microsecond. */
  #firstEndingAfter(nanos: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ranges[middle]!.toNanos < nanos) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What is in both. */
function common(recorded: readonly TimeRange[], within: readonly TimeRange[]): TimeRange[] {
  return recorded.flatMap((range) =>
    within
      .map(({ fromNanos, toNanos }) => ({
        fromNanos: Math.max(range.fromNanos, fromNanos),
        toNanos: Math.min(range.toNanos, toNanos),
      }))
      .filter(({ fromNanos, toNanos }) => toNanos > fromNanos),
  );
}

/** The same time, ranges that overlap or touch made one. */
function united(ranges: readonly TimeRange[]): TimeRange[] {
  const result: TimeRange[] = [];
  const inOrder = ranges
    .filter(({ fromNanos, toNanos }) => toNanos > fromNanos)
    .sort((a, b) => a.fromNanos - b.fromNanos);
  for (const range of inOrder) {
    const last = result.at(-1);
    if (last === undefined || range.fromNanos > last.toNanos) {
      result.push(range);
    } else if (range.toNanos > last.toNanos) {
      result[result.length - 1] = { fromNanos: last.fromNanos, toNanos: range.toNanos };
    }
  }
  return result;
}
