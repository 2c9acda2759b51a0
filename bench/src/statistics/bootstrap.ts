// SPDX-License-Identifier: MIT

import { median, quantile } from "./quantile.ts";

export interface Estimate {
  readonly value: number;
  /** The 95 % interval. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

const RESAMPLES = 2000;

/** The median of the values, with its interval by the percentiles of resampled medians. */
export function bootstrapMedian(values: readonly number[]): Estimate {
  const medians = Array.from({ length: RESAMPLES }, () => median(values.map(() => pick(values))));
  return {
    value: median(values),
    low: quantile(medians, 0.025),
    high: quantile(medians, 0.975),
    count: values.length,
  };
}

function pick(values: readonly number[]): number {
  return values[Math.floor(Math.random() * values.length)]!;
}
