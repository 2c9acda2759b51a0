// SPDX-License-Identifier: MIT

const SECOND = 1e9;
/** Steps above a second that people count in. */
const LONG_STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400,
];

/** The shortest round step of time, in nanoseconds, that is not below `nanos`: 1, 2 or 5 of a decade. */
export function roundStep(nanos: number): number {
  if (!(nanos > 1)) return 1;
  if (nanos > SECOND / 2) {
    const found = LONG_STEPS.find((seconds) => seconds * SECOND >= nanos);
    return (found ?? 86400 * Math.ceil(nanos / (86400 * SECOND))) * SECOND;
  }
  const decade = 10 ** Math.floor(Math.log10(nanos));
  return [1, 2, 5, 10].map((factor) => factor * decade).find((step) => step >= nanos)!;
}
