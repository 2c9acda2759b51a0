// SPDX-License-Identifier: MIT

const NANOS_PER_SECOND = 1e9;

/**
 * An observation stands for the time until the next tick, but not for longer than this many
 * periods, or one second if that is more. What lies beyond is time that nobody observed: the
 * agent, or the whole machine, stood still.
 */
export const MAX_TICK_PERIODS = 10;

/** See `MAX_TICK_PERIODS`. */
export const MIN_TICK_LIMIT_NANOS: number = NANOS_PER_SECOND;

/** Rates below this are taken as this: one tick in a thousand seconds. */
const MIN_RATE_HERTZ = 1e-3;

/** Nanoseconds between two ticks at a rate; 0 for a rate that is not known. */
export function periodNanos(rateHertz: number): number {
  if (!(rateHertz > 0)) return 0;
  return NANOS_PER_SECOND / Math.max(rateHertz, MIN_RATE_HERTZ);
}

/** The longest time that one observation can stand for at a rate. */
export function tickLimitNanos(rateHertz: number): number {
  return Math.max(MAX_TICK_PERIODS * periodNanos(rateHertz), MIN_TICK_LIMIT_NANOS);
}
