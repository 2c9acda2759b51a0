// SPDX-License-Identifier: MIT

export const NANOS_PER_SECOND = 1e9;

/** CLOCK_MONOTONIC, which Python's time.monotonic_ns() and the agent read too. */
export function monotonicNanos(): number {
  return Number(process.hrtime.bigint());
}

export function secondsSince(startNanos: number): number {
  return (monotonicNanos() - startNanos) / NANOS_PER_SECOND;
}
