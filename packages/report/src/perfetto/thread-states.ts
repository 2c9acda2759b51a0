// SPDX-License-Identifier: MIT

import type { Selection } from "@pyspy/analyze";
import { perfetto as schema } from "@pyspy/schemas";
import { fieldNumbers } from "../protobuf/field-numbers.ts";
import { threadName } from "../text/thread-name.ts";
import { threadIntervals } from "../timeline/thread-intervals.ts";
import type { UniqueIds } from "../timeline/unique-ids.ts";
import type { TraceWriter } from "./trace-writer.ts";

const PACKET = fieldNumbers(schema.TracePacketSchema);
const EVENT = fieldNumbers(schema.GenericKernelTaskStateEventSchema);
const State = schema.GenericKernelTaskStateEvent_State;

/**
 * By the kernel's letter. `R` says "runs, or waits for a processor only": not that it runs, and not
 * on which processor, which a running thread must have in a trace.
 */
const STATE_OF_LETTER: ReadonlyMap<number, number> = new Map(
  Object.entries({
    R: State.TASK_STATE_RUNNABLE,
    S: State.TASK_STATE_INTERRUPTIBLE_SLEEP,
    D: State.TASK_STATE_UNINTERRUPTIBLE_SLEEP,
    T: State.TASK_STATE_STOPPED,
    t: State.TASK_STATE_STOPPED,
    Z: State.TASK_STATE_DEAD,
    X: State.TASK_STATE_DEAD,
  }).map(([letter, state]) => [letter.charCodeAt(0), state]),
);

/** The state of each thread as a scheduler would tell it: an event where it changes. */
export function* threadStates(
  writer: TraceWriter,
  selection: Selection,
  ids: UniqueIds,
  threads: readonly number[],
): Generator<Uint8Array> {
  const intervals = threadIntervals(selection, threads, (samples, run) =>
    STATE_OF_LETTER.get(samples.osState[run]!),
  );
  const end = Math.max(0, ...[...intervals.values()].map((list) => list.at(-1)?.endNanos ?? 0));
  for (const [thread, list] of intervals) {
    const name = threadName(selection.profile.threads[thread]!);
    const event = (nanos: number, state: number): void =>
      writer.packet(nanos, () => {
        writer.message(PACKET.genericKernelTaskStateEvent, () => {
          writer.string(EVENT.comm, name);
          writer.uint(EVENT.tid, ids.tid[thread]!);
          writer.uint(EVENT.state, state);
        });
      });
    for (const { startNanos, value } of list) {
      event(startNanos, value);
      yield* writer.pieces();
    }
    // A state lasts until the next one; that of a thread which was seen no more must end.
    const seenUntil = list.at(-1)?.endNanos ?? end;
    if (seenUntil < end) event(seenUntil, State.TASK_STATE_DEAD);
  }
}
