// SPDX-License-Identifier: MIT

/** A stretch of the chart's time: ns of recorded time. */
export interface ChartRange {
  readonly fromNanos: number;
  readonly toNanos: number;
}

/** More is not to be seen, and digits run out. */
const SHORTEST_NANOS = 1000;

/** "#time=1.25-2.5", in seconds; "" for all of it. */
export function rangeToHash({ fromNanos, toNanos }: ChartRange, all: ChartRange): string {
  if (fromNanos <= all.fromNanos && toNanos >= all.toNanos) return "";
  const seconds = (nanos: number): string => String(Number((nanos / 1e9).toFixed(6)));
  return `#time=${seconds(fromNanos)}-${seconds(toNanos)}`;
}

/** Reads an address typed or mailed by anybody: what makes no sense means all of it. */
export function hashToRange(hash: string, all: ChartRange): ChartRange {
  const [, from, to] = /^#time=(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(hash) ?? [];
  if (from === undefined || to === undefined) return all;
  return within({ fromNanos: Number(from) * 1e9, toNanos: Number(to) * 1e9 }, all);
}

/** The range moved and cut so that it lies in all of it, and is long enough to be looked at. */
export function within({ fromNanos, toNanos }: ChartRange, all: ChartRange): ChartRange {
  const most = all.toNanos - all.fromNanos;
  const length = Math.min(Math.max(toNanos - fromNanos, SHORTEST_NANOS), most);
  if (!(length > 0)) return all;
  const from = Math.min(Math.max(fromNanos, all.fromNanos), all.toNanos - length);
  return { fromNanos: from, toNanos: from + length };
}

/** Closer (`factor` below 1) or further away, with the same middle. */
export function scaled({ fromNanos, toNanos }: ChartRange, factor: number): ChartRange {
  const [middle, half] = [(fromNanos + toNanos) / 2, ((toNanos - fromNanos) / 2) * factor];
  return { fromNanos: middle - half, toNanos: middle + half };
}

/** Later, by a share of its length; earlier for a negative one. */
export function moved({ fromNanos, toNanos }: ChartRange, share: number): ChartRange {
  const by = (toNanos - fromNanos) * share;
  return { fromNanos: fromNanos + by, toNanos: toNanos + by };
}
