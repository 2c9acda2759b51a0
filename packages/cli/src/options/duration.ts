// SPDX-License-Identifier: MIT

import { parseDuration } from "@pyspy/analyze";
import { UsageError } from "../errors.ts";

/** The value of an option that takes a time, in nanoseconds. @throws UsageError that names the option. */
export function durationOption(text: string, option: string): number {
  const nanos = parseDuration(text);
  if (nanos !== undefined) return nanos;
  throw new UsageError(`--${option} takes a time as 250ms, 1.5s or 2m, not ${text}`);
}
