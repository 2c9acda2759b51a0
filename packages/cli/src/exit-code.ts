// SPDX-License-Identifier: MIT

/**
 * How pyspy-analyze ends. The table of both programs, with what each code means for a caller, is
 * docs/exit-codes.md; the agent's own codes stand there too, and no number has two meanings.
 */
export const ExitCode = {
  OK: 0,
  /** A bug of ours. */
  INTERNAL: 1,
  USAGE: 2,
  /** An input that is missing, not a capture, empty, or of which nothing could be used. */
  UNREADABLE_CAPTURE: 3,
  NEWER_CAPTURE: 4,
  PERMISSION: 5,
  /** No such process, not Python, or a Python that is not supported. */
  TARGET: 6,
  INCOMPATIBLE_INPUTS: 7,
  OUTPUT: 8,
  /** A gate that was asked for failed: the answer was written. */
  GATE: 9,
  /** The recordings do not hold what the question needs. */
  MISSING_DATA: 10,
  /** A server did not take what was pushed. */
  PUSH: 11,
  /** A program could not be launched. */
  LAUNCH: 125,
  INTERRUPTED: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
