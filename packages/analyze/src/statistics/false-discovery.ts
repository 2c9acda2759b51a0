// SPDX-License-Identifier: MIT

/**
 * p-values corrected for having asked so many times, by Benjamini and Hochberg (1995): of what is
 * below q, a share of at most q is expected to be false. In the order of `p`.
 */
export function falseDiscoveryRates(p: readonly number[]): number[] {
  const order = p.map((_, index) => index).sort((a, b) => p[b]! - p[a]!);
  const rates = new Array<number>(p.length);
  let least = 1;
  order.forEach((index, place) => {
    const rank = p.length - place;
    least = Math.min(least, (p[index]! * p.length) / rank);
    rates[index] = least;
  });
  return rates;
}
