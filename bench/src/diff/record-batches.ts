// SPDX-License-Identifier: MIT

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Interpreter } from "@pyspy/test/support/interpreters";
import { noise } from "../processes/machine.ts";
import { recordIntoFile } from "../processes/record.ts";
import { SampleTarget } from "../processes/sample-target.ts";

/** Recordings of one program, some at a time, as its user might make them on different days. */
export interface BatchOptions {
  readonly python: Interpreter;
  /** A program of samples/. */
  readonly program: string;
  /** Arguments of each program of a batch, which are recorded at the same time. */
  readonly runs: readonly (readonly string[])[];
  readonly batches: number;
  readonly seconds: number;
  readonly rateHertz: number;
  readonly realtime: boolean;
  /** What is there already is not recorded again. */
  readonly folder: string;
  /** Milliseconds since 1970 at which no batch is begun any more. */
  readonly until: number;
  readonly progress: (text: string) => void;
}

/** What there is afterwards. */
export interface Batches {
  /** By batch, then in the order of `runs`. */
  readonly files: readonly (readonly string[])[];
  /** Load average before each batch. */
  readonly loads: readonly number[];
}

/**
 * Records the batches that are missing.
 *
 * @throws Error when the time is over before.
 */
export async function recordBatches(options: BatchOptions): Promise<Batches> {
  const { folder, batches, runs, until, progress } = options;
  mkdirSync(folder, { recursive: true });
  const done: string[][] = [];
  const loads: number[] = [];
  for (let batch = 0; batch < batches; batch++) {
    const files = runs.map((_, run) => join(folder, `${batch}-${run}.pspy`));
    const facts = join(folder, `${batch}.json`);
    if (!existsSync(facts)) {
      if (Date.now() > until) {
        throw new Error(`${batch} of ${batches} batches are recorded; run again to go on`);
      }
      progress(`${folder}: batch ${batch + 1} of ${batches}`);
      const { load } = noise();
      await Promise.all(files.map((file, run) => recordOne(options, runs[run]!, file)));
      // Written last: without it the batch is made again.
      writeFileSync(facts, JSON.stringify({ load }));
    }
    loads.push((JSON.parse(readFileSync(facts, "utf8")) as { load: number }).load);
    done.push(files);
  }
  return { files: done, loads };
}

async function recordOne(
  { python, program, seconds, rateHertz, realtime }: BatchOptions,
  args: readonly string[],
  file: string,
): Promise<void> {
  const target = await SampleTarget.start(python, program, "", args);
  const output = `${file}.part`;
  const how = { rateHertz, seconds, mode: "default", realtime, output } as const;
  await recordIntoFile({ pid: target.pid, ...how });
  await target.stop();
  renameSync(output, file);
}
