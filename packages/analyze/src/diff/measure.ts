// SPDX-License-Identifier: MIT

import type { Series } from "../statistics/series.ts";

/** Long enough that most calls begin and end in one window. */
const USUAL_WINDOW_NANOS = 0.25e9;
const LEAST_WINDOW_NANOS = 0.1e9;
/** A short recording is cut into so many, if they are not too short then. */
const WANTED_WINDOWS = 40;
const MOST_WINDOWS = 1000;

/** The length of the shortest windows that the sides of a comparison are cut into. */
export function baseWindowNanos(
  sides: readonly { readonly recordedNanos: number; readonly longestNanos: number }[],
): number {
  const shortest = Math.min(...sides.map(({ recordedNanos }) => recordedNanos));
  const longest = Math.max(...sides.map(({ longestNanos }) => longestNanos));
  const wanted = Math.max(shortest / WANTED_WINDOWS, LEAST_WINDOW_NANOS);
  return Math.max(Math.min(wanted, USUAL_WINDOW_NANOS), longest / MOST_WINDOWS);
}

/** The series, all its values times a factor. */
export function scaled(series: readonly Series[], factor: number): readonly Series[] {
  if (factor === 1) return series;
  return series.map(({ windows, mean, length }) => ({
    windows: windows.map((value) => value * factor),
    mean: mean * factor,
    length,
  }));
}

/**
 * The series as a share of `all`. A share is a ratio of two means that vary together: each window has
 * the share and its own part in the error of it (Taylor, first order), so that the spread of the
 * windows gives the spread of the share.
 */
export function asShare(series: readonly Series[], all: readonly Series[]): readonly Series[] {
  const sum = (side: readonly Series[]): number =>
    side.reduce((total, { mean, length }) => total + mean * length, 0);
  const length = all.reduce((total, each) => total + each.length, 0);
  const whole = sum(all);
  const share = whole > 0 ? sum(series) / whole : 0;
  const mean = whole / length;
  const linear = (value: number, ofAll: number): number =>
    mean > 0 ? share + (value - share * ofAll) / mean : 0;
  return series.map((each, index) => ({
    windows: each.windows.map((value, window) => linear(value, all[index]!.windows[window]!)),
    mean: linear(each.mean, all[index]!.mean),
    length: each.length,
  }));
}
