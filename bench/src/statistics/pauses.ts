// SPDX-License-Identifier: MIT

/** A quantile of the pauses in a capture's histogram, by powers of two of nanoseconds: below this. */
export function pauseText(buckets: readonly number[], share: number): string {
  const total = buckets.reduce((sum, count) => sum + count, 0);
  if (total === 0) return "–";
  let below = 0;
  const at = buckets.findIndex((count) => {
    below += count;
    return below >= share * total;
  });
  const micros = 2 ** at / 1000;
  return `< ${micros >= 10 ? Math.round(micros) : micros.toFixed(1)} µs`;
}
