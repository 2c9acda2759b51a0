// SPDX-License-Identifier: MIT

import { UsageError } from "../errors.ts";

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3600e9,
};

/**
 * A time with its unit as nanoseconds: "250ms", "1.5s", "2m"; without a unit, seconds.
 *
 * @throws UsageError that names the option.
 */
export function parseDuration(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*([a-zµ]*)$/.exec(text.trim());
  const unit = match === null ? undefined : UNITS[match[2] || "s"];
  if (match === null || unit === undefined) {
    throw new UsageError(`--${option} takes a time as 250ms, 1.5s or 2m, not ${text}`);
  }
  return Number(match[1]) * unit;
}
