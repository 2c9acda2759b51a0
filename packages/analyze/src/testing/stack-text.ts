// SPDX-License-Identifier: MIT

import { StateFlag } from "@pyspy/schemas";

/** One line of the text: a thread that stays on one stack for some ticks. */
export interface TextRun {
  readonly thread: string;
  /** Outermost first; "name" or "name:line". */
  readonly frames: readonly string[];
  readonly ticks: number;
  /** StateFlag values, besides those that say what is known. */
  readonly flags: number;
  /** Letter of the OS state, "" if unknown. */
  readonly osState: string;
}

/**
 * Reads recordings written as text, a line a run:
 *
 *     main;work;hot 3
 *     main;work:12 1
 *     worker gil R: main;work 3
 *     worker S: 2
 *
 * Before the colon: the thread ("main" if there is none), states by their words in `FLAG_WORDS`, the
 * OS state. The runs of a thread follow each other; threads run side by side. No frames: an empty
 * stack.
 */
export function parseStackText(text: string): TextRun[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(parseLine);
}

const FLAG_WORDS: Readonly<Record<string, number>> = {
  gil: StateFlag.STATE_GIL_HELD,
  waits: StateFlag.STATE_GIL_WAITING,
  gc: StateFlag.STATE_GC,
  raises: StateFlag.STATE_EXCEPTION_RAISED,
  handles: StateFlag.STATE_EXCEPTION_HANDLED,
};

function parseLine(line: string): TextRun {
  const match = /^(?:([^;]*): )?(?:(\S+) )?(\d+)$/.exec(line);
  if (match === null) throw new Error(`not a line of stack text: ${line}`);
  const [, attributes = "main", frames = "", ticks] = match;
  const [thread, ...words] = attributes.split(" ");
  return {
    thread: thread!,
    frames: frames === "" ? [] : frames.split(";"),
    ticks: Number(ticks),
    flags: words.reduce((flags, word) => flags | (FLAG_WORDS[word] ?? 0), 0),
    osState: words.find((word) => word.length === 1) ?? "",
  };
}
