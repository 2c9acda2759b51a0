// SPDX-License-Identifier: MIT
import type { MadeWeight } from "../made-block.ts";
import { fail, nanosOf, type PprofTables } from "./pprof-tables.ts";

const MOST_SAMPLES = 2n ** 32n - 1n;

/** Which values of samples are what. */
export interface PprofWeights {
  readonly losses: readonly string[];
  /**
   * What a sample weighs; `undefined`: nothing.
   *
   * @throws ForeignRecordingError for values that cannot be.
   */
  of(values: readonly bigint[]): MadeWeight | undefined;
}

/**
 * Chooses among the types of values: wall time before CPU time before any other time, and a count.
 *
 * @throws ForeignRecordingError where there is neither time nor a count of samples: a profile of memory.
 */
export function pprofWeights({ valueTypes, periodNanos }: PprofTables): PprofWeights {
  const isTime = ({ unit }: { readonly unit: string }): boolean => nanosOf(unit) > 0;
  const named = (name: string): number =>
    valueTypes.findIndex((type) => type.type === name && isTime(type));
  const cpu = named("cpu");
  const wall = [named("wall"), cpu, valueTypes.findIndex(isTime)].find((index) => index >= 0) ?? -1;
  const counts = valueTypes.findIndex(
    ({ type, unit }) => unit === "count" && /^samples?$/.test(type),
  );
  if (wall < 0 && !(counts >= 0 && periodNanos > 0)) {
    const held = valueTypes.map(({ type, unit }) => `${type} in ${unit}`).join(", ");
    fail(`it holds ${held.slice(0, 200) || "nothing"}, and neither time nor samples with a period`);
  }
  const losses: string[] = [];
  if (wall >= 0 && wall === cpu) losses.push("Its time is CPU time: what blocked is not in it.");
  else if (wall >= 0 && valueTypes[wall]!.type !== "wall") {
    losses.push(`Its time is ${JSON.stringify(valueTypes[wall]!.type.slice(0, 40))}.`);
  }
  if (wall < 0) losses.push("It counts samples; seconds are reckoned with its period.");
  if (counts < 0) losses.push("It does not count samples; they are reckoned with its period.");
  const nanosAt = (values: readonly bigint[], index: number): number =>
    index < 0 ? 0 : Math.round(Number(values[index]!) * nanosOf(valueTypes[index]!.unit));
  return {
    losses,
    of(values) {
      if (values.some((value) => value < 0n))
        fail("a value is negative: it is a difference of profiles");
      const counted = counts < 0 ? undefined : values[counts]!;
      const wallNanos =
        wall < 0 ? Math.round(Number(counted) * periodNanos) : nanosAt(values, wall);
      if (wallNanos === 0 && !counted) return undefined;
      const samples = counted ?? BigInt(periodNanos > 0 ? Math.round(wallNanos / periodNanos) : 1);
      if (samples > MOST_SAMPLES || wallNanos > Number.MAX_SAFE_INTEGER) {
        fail("a sample is longer than 104 days");
      }
      return { samples: Math.max(Number(samples), 1), wallNanos, cpuNanos: nanosAt(values, cpu) };
    },
  };
}
