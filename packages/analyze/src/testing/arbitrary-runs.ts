// SPDX-License-Identifier: MIT
import { StateFlag } from "@pyspy/schemas";
import fc from "fast-check";
import type { TextRun } from "./stack-text.ts";

const name: fc.Arbitrary<string> = fc.constantFrom("a", "b", "c", "d", "é", "<lambda>");
const frame: fc.Arbitrary<string> = fc
  .tuple(name, fc.integer({ min: 1, max: 9 }))
  .map(([text, line]) => `${text}:${line}`);

/** Recordings of up to three threads, with recursion, empty stacks and all states. */
export const arbitraryRuns: fc.Arbitrary<TextRun[]> = fc.array(
  fc.record({
    thread: fc.constantFrom("main", "worker", "other"),
    frames: fc.array(frame, { maxLength: 5 }),
    ticks: fc.integer({ min: 1, max: 12 }),
    flags: fc.constantFrom(
      StateFlag.STATE_NONE,
      StateFlag.STATE_GIL_HELD,
      StateFlag.STATE_GIL_WAITING,
      StateFlag.STATE_GIL_HELD | StateFlag.STATE_GC,
      StateFlag.STATE_GIL_HELD | StateFlag.STATE_EXCEPTION_RAISED,
      StateFlag.STATE_EXCEPTION_HANDLED,
    ),
    osState: fc.constantFrom("", "R", "S", "D"),
  }),
  { maxLength: 12 },
);
