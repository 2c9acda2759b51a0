// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
import { StateFlag } from "@pyspy/schemas";
import { jsonElements } from "../text/json-pieces.ts";
import { type TimedSample, timedSamples } from "../timeline/sample-times.ts";
import type { SharedTables } from "./shared-tables.ts";

/** An observation, or the beginning of a time of which nothing is selected. */
type TableRow = TimedSample | { readonly run: undefined; readonly startNanos: number };

/**
 * The profiler's table of samples of one thread. A sample's weight is the time it stands for.
 * Where nothing is selected stands a sample without a stack, so that the profiler does not draw the
 * one before it across the hole.
 *
 * @param runs in the order of time.
 */
export function* sampleTable(
  profile: Profile,
  runs: readonly number[],
  tables: SharedTables,
  endNanos: number,
): Generator<string> {
  const { samples } = profile;
  const rows = (): Iterable<TableRow> => withHoles(timedSamples(samples, runs), endNanos);
  const cpuKnown = runs.some((run) => (samples.flags[run]! & StateFlag.STATE_CPU_KNOWN) !== 0);

  yield `{"stack":[`;
  yield* jsonElements(rows(), ({ run }) =>
    run === undefined ? "null" : tables.stackJson(samples.stack[run]!),
  );
  yield `],\n"time":[`;
  yield* jsonElements(rows(), ({ startNanos }) => `${startNanos / 1e6}`);
  yield `],\n"weightType":"tracing-ms","weight":[`;
  yield* jsonElements(rows(), (row) => (row.run === undefined ? "0" : `${row.wallNanos / 1e6}`));
  if (cpuKnown) {
    yield `],\n"threadCPUDelta":[`;
    // Of a sample: the time used up to it. Ours count from it on.
    let before = 0;
    yield* jsonElements(rows(), (row) => {
      const used = before;
      before = row.run === undefined ? 0 : row.cpuNanos;
      return `${used}`;
    });
  }
  let length = 0;
  for (const _ of rows()) length++;
  yield `],"length":${length}}`;
}

function* withHoles(samples: Iterable<TimedSample>, endNanos: number): Generator<TableRow> {
  let end = 0;
  for (const sample of samples) {
    if (sample.startNanos > end) yield { run: undefined, startNanos: end };
    yield sample;
    end = sample.startNanos + sample.wallNanos;
  }
  if (end < endNanos) yield { run: undefined, startNanos: end };
}
