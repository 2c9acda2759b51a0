// SPDX-License-Identifier: MIT

/** The asymptotic series are exact enough from here on. */
const LARGE = 10;

/** Derivative of the logarithm of the gamma function, for x > 0 (DLMF 5.11.2, after a shift). */
export function digamma(x: number): number {
  let [at, sum] = [x, 0];
  for (; at < LARGE; at++) sum -= 1 / at;
  const square = 1 / (at * at);
  const series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square / 240)));
  return sum + Math.log(at) - 1 / (2 * at) - series;
}

/** Derivative of `digamma`, for x > 0. */
export function trigamma(x: number): number {
  let [at, sum] = [x, 0];
  for (; at < LARGE; at++) sum += 1 / (at * at);
  const square = 1 / (at * at);
  const series = square * (1 / 6 - square * (1 / 30 - square * (1 / 42 - square / 30)));
  return sum + 1 / at + square / 2 + series / at;
}

/** The x > 0 of which `trigamma` is `value`, which falls as x grows; by halving. */
export function trigammaInverse(value: number): number {
  let [low, high] = [1e-4, 1e6];
  for (let i = 0; i < 80; i++) {
    const middle = Math.sqrt(low * high);
    if (trigamma(middle) > value) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}
