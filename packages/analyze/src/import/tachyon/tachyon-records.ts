// SPDX-License-Identifier: MIT
import { GrowableFloat64, GrowableInt32 } from "../../model/growable.ts";
import type { TachyonFile } from "./tachyon-file.ts";

const Kind = { repeat: 0, full: 1, suffix: 2, popPush: 3 } as const;
/** Samples of all threads: what the recorder takes in a day at a thousand a second and eleven threads. */
const MOST_SAMPLES = 1 << 28;
const DEEPEST = 1 << 12;

/** What one thread was seen doing, in the order of time. */
export interface TachyonThread {
  readonly threadId: bigint;
  readonly interpreterId: number;
  /** Microseconds since the recording began. */
  readonly times: GrowableFloat64;
  readonly stacks: GrowableInt32;
  readonly statuses: GrowableInt32;
}

interface ThreadState extends TachyonThread {
  /** Innermost first. */
  stack: readonly number[];
  stackId: number;
  micros: number;
}

/**
 * Reads the records, in which each stack is told by how it differs from the one of its thread before.
 *
 * @param stackId gives a stack, frames of the file innermost first, an id.
 * @throws ForeignRecordingError
 */
export function readTachyonRecords(
  { records, frames }: TachyonFile,
  stackId: (frames: readonly number[]) => number,
): TachyonThread[] {
  const threads = new Map<string, ThreadState>();
  let samples = 0;
  const frame = (): number => {
    const index = records.varint();
    return index < frames.length
      ? index
      : records.fail(`it names frame ${index} of ${frames.length}`);
  };
  const add = (thread: ThreadState, micros: number, status: number): void => {
    if (++samples > MOST_SAMPLES) records.fail(`it has more than ${MOST_SAMPLES} samples`);
    thread.micros += micros;
    thread.times.push(thread.micros);
    thread.stacks.push(thread.stackId);
    thread.statuses.push(status);
  };
  while (!records.atEnd) {
    const thread = threadOf(threads, records.uint64(), records.uint32());
    const kind = records.byte();
    if (kind === Kind.repeat) {
      const count = records.varint();
      for (let i = 0; i < count; i++) add(thread, records.varint(), records.byte());
      continue;
    }
    const micros = records.varint();
    const status = records.byte();
    const { stack } = thread;
    let kept: readonly number[] = [];
    let added = 0;
    if (kind === Kind.full) added = records.varint();
    else if (kind === Kind.suffix) {
      const shared = records.varint();
      if (shared > stack.length) records.fail("it keeps more of a stack than there is");
      kept = stack.slice(stack.length - shared);
      added = records.varint();
    } else if (kind === Kind.popPush) {
      const popped = records.varint();
      if (popped > stack.length) records.fail("it removes more of a stack than there is");
      kept = stack.slice(popped);
      added = records.varint();
    } else records.fail(`a record is of the unknown kind ${kind}`);
    if (added + kept.length > DEEPEST) records.fail(`a stack is deeper than ${DEEPEST} frames`);
    const pushed: number[] = [];
    for (let i = 0; i < added; i++) pushed.push(frame());
    thread.stack = [...pushed, ...kept];
    thread.stackId = stackId(thread.stack);
    add(thread, micros, status);
  }
  return [...threads.values()];
}

function threadOf(
  threads: Map<string, ThreadState>,
  threadId: bigint,
  interpreterId: number,
): ThreadState {
  const key = `${threadId} ${interpreterId}`;
  const known = threads.get(key);
  if (known !== undefined) return known;
  const thread: ThreadState = {
    threadId,
    interpreterId,
    times: new GrowableFloat64(),
    stacks: new GrowableInt32(),
    statuses: new GrowableInt32(),
    stack: [],
    stackId: 0,
    micros: 0,
  };
  threads.set(key, thread);
  return thread;
}
