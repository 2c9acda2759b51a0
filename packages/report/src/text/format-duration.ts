// SPDX-License-Identifier: MIT

import { formatCount } from "./format-number.ts";

const MICRO = 1e3;
const MILLI = 1e6;
const SECOND = 1e9;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Nanoseconds for people, three digits or so: "850 ns", "1.25 ms", "12.3 s", "4 min 05 s". */
export function formatDuration(nanos: number): string {
  if (nanos === 0) return "0 s";
  if (nanos < 0) return `-${formatDuration(-nanos)}`;
  // Each limit is where rounding would reach the next unit: never "1000 ms" or "60.0 s".
  if (nanos < 999.5) return `${Math.round(nanos)} ns`;
  if (nanos < 999.5 * MICRO) return `${threeDigits(nanos / MICRO)} µs`;
  if (nanos < 999.5 * MILLI) return `${threeDigits(nanos / MILLI)} ms`;
  if (nanos < 59.95 * SECOND) return `${threeDigits(nanos / SECOND)} s`;
  const seconds = Math.round(nanos / SECOND);
  if (nanos < HOUR - SECOND / 2) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  const minutes = Math.round(nanos / MINUTE);
  return `${formatCount(Math.floor(minutes / 60))} h ${two(minutes % 60)} min`;
}

function threeDigits(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
