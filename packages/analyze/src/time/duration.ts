// SPDX-License-Identifier: MIT

const UNIT_NANOS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3600e9,
};

const PART = /(\d+(?:\.\d+)?|\.\d+)\s*(ns|us|µs|ms|s|min|m|h)\s*/y;
const SECONDS = /^(?:\d+(?:\.\d+)?|\.\d+)$/;

/**
 * A time with units as nanoseconds: "250ms", "1.5s", "1h 2m 3s"; without a unit, seconds.
 * `undefined`: it is none.
 */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (SECONDS.test(trimmed)) return Number(trimmed) * 1e9;
  let nanos = 0;
  PART.lastIndex = 0;
  for (let at = 0; at < trimmed.length; at = PART.lastIndex) {
    const part = PART.exec(trimmed);
    if (part === null) return undefined;
    nanos += Number(part[1]) * UNIT_NANOS[part[2]!]!;
  }
  return trimmed === "" ? undefined : nanos;
}
