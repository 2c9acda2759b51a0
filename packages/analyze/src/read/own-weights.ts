// SPDX-License-Identifier: MIT
import type { columns, Header } from "@pyspy/schemas";
import type { SampleColumns } from "../model/sample-columns.ts";
import { check } from "./malformed.ts";
import type { StagedRuns } from "./staged-runs.ts";
import { readVarints64 } from "./varint.ts";

/** Indexes in `Header.weight_type` of the weights that stand in the place of ticks. */
export interface OwnWeightTypes {
  readonly samples: number;
  readonly wall: number;
  /** -1: CPU time is not known. */
  readonly cpu: number;
}

/** What a recording without times says runs weigh; `undefined`: ticks say it, as usual. */
export function ownWeightTypes({ weightType }: Header): OwnWeightTypes | undefined {
  const find = (name: string, unit: string): number =>
    weightType.findIndex((type) => type.name === name && type.unit === unit);
  const samples = find("samples", "count");
  const wall = find("wall", "nanoseconds");
  if (samples < 0 || wall < 0) return undefined;
  return { samples, wall, cpu: find("cpu", "nanoseconds") };
}

/**
 * Gives the runs of a block, which are those from `runs.length` on, the weights that it states.
 *
 * @throws Malformed
 */
export function readOwnWeights(
  { weight }: columns.SampleBlock,
  types: OwnWeightTypes,
  runs: StagedRuns,
  end: number,
): void {
  const column = (type: number): bigint[] => {
    const values = readVarints64(
      weight.find((one) => one.type === type)?.value ?? new Uint8Array(),
    );
    check(values.length === end - runs.length, "weights that are not one a run");
    return values;
  };
  const samples = column(types.samples);
  const wall = column(types.wall);
  const cpu = types.cpu < 0 ? undefined : column(types.cpu);
  for (let i = 0; i < samples.length; i++) {
    const run = runs.length + i;
    check(samples[i]! > 0n && samples[i]! < 2n ** 32n, `a run of ${samples[i]} samples`);
    check(wall[i]! <= Number.MAX_SAFE_INTEGER, "a run of more than 104 days");
    check((cpu?.[i] ?? 0n) <= Number.MAX_SAFE_INTEGER, "more than 104 days of CPU time");
    runs.ticks[run] = Number(samples[i]);
    runs.wallNanos[run] = Number(wall[i]);
    runs.cpuNanos[run] = Number(cpu?.[i] ?? 0n);
  }
}

/** Lays runs that have no times one after the other, thread by thread. */
export class UntimedOrder {
  /** By thread of the profile, where its next run begins. */
  readonly #ends = new Map<number, number>();

  /** Says when runs from `first` on begin; returns where the last one ends. */
  place(samples: SampleColumns, first: number): number {
    let last = 0;
    for (let run = first; run < samples.length; run++) {
      const thread = samples.thread[run]!;
      const start = this.#ends.get(thread) ?? 0;
      samples.startNanos[run] = start;
      const end = start + samples.wallNanos[run]!;
      this.#ends.set(thread, end);
      if (end > last) last = end;
    }
    return last;
  }
}
