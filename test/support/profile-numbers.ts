// SPDX-License-Identifier: MIT

/** Time of one thread on one stack, as some file states it. */
export interface StackRow {
  readonly thread: string;
  /** Names of functions, outermost first. */
  readonly frames: readonly string[];
  readonly nanos: number;
  readonly samples: number;
}

/** A function's own time and that with what it calls, in ns or in samples. */
export interface FunctionNumbers {
  readonly self: number;
  readonly total: number;
}

/** What exports of one selection must agree on. A format that does not hold one leaves it out. */
export interface ProfileNumbers {
  readonly totalNanos?: number | undefined;
  /** By name of the thread. */
  readonly samplesOfThread?: Readonly<Record<string, number>> | undefined;
  /** By name, in ns. */
  readonly functions?: ReadonlyMap<string, FunctionNumbers> | undefined;
  /** By name, in samples. */
  readonly sampleFunctions?: ReadonlyMap<string, FunctionNumbers> | undefined;
}

/** All there is to agree on. */
export type AllNumbers = {
  readonly [Name in keyof ProfileNumbers]-?: NonNullable<ProfileNumbers[Name]>;
};

/** Adds up rows. */
export function numbersOfRows(rows: readonly StackRow[]): AllNumbers {
  const samplesOfThread: Record<string, number> = {};
  for (const { thread, samples } of rows) {
    samplesOfThread[thread] = (samplesOfThread[thread] ?? 0) + samples;
  }
  return {
    totalNanos: rows.reduce((sum, { nanos }) => sum + nanos, 0),
    samplesOfThread,
    functions: functionsOfRows(rows, ({ nanos }) => nanos),
    sampleFunctions: functionsOfRows(rows, ({ samples }) => samples),
  };
}

function functionsOfRows(
  rows: readonly StackRow[],
  weightOf: (row: StackRow) => number,
): Map<string, FunctionNumbers> {
  const functions = new Map<string, { self: number; total: number }>();
  for (const row of rows) {
    const weight = weightOf(row);
    for (const name of new Set(row.frames)) numbersOf(functions, name).total += weight;
    const innermost = row.frames.at(-1);
    if (innermost !== undefined) numbersOf(functions, innermost).self += weight;
  }
  return functions;
}

/** A stretch of time in which a function was on a thread's stack. */
export interface SliceRow {
  readonly id: number;
  readonly parent: number | null;
  readonly name: string;
  readonly nanos: number;
}

/** Adds up slices: a function's own time is what no slice below it covers. */
export function functionsOfSlices(rows: readonly SliceRow[]): Map<string, FunctionNumbers> {
  const functions = new Map<string, { self: number; total: number }>();
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const { parent, name, nanos } of rows) {
    const numbers = numbersOf(functions, name);
    numbers.self += nanos;
    const above = parent === null ? undefined : byId.get(parent);
    if (above !== undefined) numbersOf(functions, above.name).self -= nanos;
    let outer = above;
    while (outer !== undefined && outer.name !== name) {
      outer = outer.parent === null ? undefined : byId.get(outer.parent);
    }
    if (outer === undefined) numbers.total += nanos;
  }
  return functions;
}

function numbersOf(
  functions: Map<string, { self: number; total: number }>,
  name: string,
): { self: number; total: number } {
  let numbers = functions.get(name);
  if (numbers === undefined) {
    numbers = { self: 0, total: 0 };
    functions.set(name, numbers);
  }
  return numbers;
}

/**
 * The ten functions with the most, by name, largest first.
 *
 * @param grain what is closer together than this counts as equal, and is put in the order of names.
 */
export function topTen(
  functions: ReadonlyMap<string, FunctionNumbers>,
  by: keyof FunctionNumbers,
  grain: number,
): [name: string, value: number][] {
  return [...functions]
    .map(([name, numbers]): [string, number] => [name, numbers[by]])
    .sort((a, b) => Math.round(b[1] / grain) - Math.round(a[1] / grain) || (a[0] < b[0] ? -1 : 1))
    .slice(0, 10);
}
