// SPDX-License-Identifier: MIT

import { holdsGil, type Selection, waitsForGil } from "@pyspy/analyze";
import { threadIntervals } from "../timeline/thread-intervals.ts";
import type { TraceWriter } from "./trace-writer.ts";
import type { TrackEvents } from "./track-events.ts";
import { trackUuid } from "./tracks.ts";

/**
 * Who held the GIL and who waited for it: slices on a track below each thread, and below each
 * process the number of those who waited.
 */
export function* gilTracks(
  writer: TraceWriter,
  events: TrackEvents,
  selection: Selection,
  threads: readonly number[],
): Generator<Uint8Array> {
  const intervals = threadIntervals(selection, threads, (samples, run) => {
    if (holdsGil(samples, run)) return "holds the GIL";
    return waitsForGil(samples, run) ? "waits for the GIL" : undefined;
  });
  /** By process: when the number of those who wait changes, and by how much. */
  const changes = new Map<number, { nanos: number; by: number }[]>();
  for (const [thread, list] of intervals) {
    const { process } = selection.profile.threads[thread]!;
    const changesHere = changes.get(process) ?? [];
    changes.set(process, changesHere);
    for (const { startNanos, endNanos, value } of list) {
      events.begin(startNanos, trackUuid("gil", thread), value);
      events.end(endNanos, trackUuid("gil", thread));
      if (value === "waits for the GIL") {
        changesHere.push({ nanos: startNanos, by: 1 }, { nanos: endNanos, by: -1 });
      }
      yield* writer.pieces();
    }
  }
  for (const [process, list] of changes) {
    list.sort((a, b) => a.nanos - b.nanos);
    let waiting = 0;
    for (const [index, { nanos, by }] of list.entries()) {
      waiting += by;
      if (list[index + 1]?.nanos === nanos) continue;
      events.count(nanos, trackUuid("gilWaiters", process), waiting);
      yield* writer.pieces();
    }
  }
}
