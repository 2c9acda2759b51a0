// SPDX-License-Identifier: MIT

/**
 * What went wrong, as a word to act on:
 * - `USAGE`: options that cannot be.
 * - `PERMISSION`: the kernel does not let us read the process.
 * - `TARGET`: no such process, not a Python process, or a Python that is not supported.
 * - `INPUT`: a core file that cannot be read.
 * - `MISMATCH`: the executable that was given is not that of the core file.
 * - `OUTPUT`: the capture could not be handed over or written.
 * - `LAUNCH`: the program could not be started; what it is for a shell is in `status`.
 * - `INTERNAL`: a bug of ours, or the agent was killed.
 */
export type CaptureErrorCode =
  | "USAGE"
  | "INPUT"
  | "PERMISSION"
  | "TARGET"
  | "MISMATCH"
  | "OUTPUT"
  | "LAUNCH"
  | "INTERNAL";

/** A recording that failed. The message states facts; `advice` says what to do about them. */
export class CaptureError extends Error {
  override readonly name = "CaptureError";
  readonly code: CaptureErrorCode;
  /** What the user can do; "" where there is nothing to say. */
  readonly advice: string;
  /** The agent's exit code (docs/exit-codes.md); `undefined`: a signal ended it. */
  readonly status: number | undefined;

  constructor(
    code: CaptureErrorCode,
    message: string,
    { advice = "", status }: { readonly advice?: string; readonly status?: number } = {},
  ) {
    super(message);
    this.code = code;
    this.advice = advice;
    this.status = status;
  }
}

const CODES: Readonly<Record<number, CaptureErrorCode>> = {
  2: "USAGE",
  3: "INPUT",
  5: "PERMISSION",
  6: "TARGET",
  7: "MISMATCH",
  8: "OUTPUT",
  125: "LAUNCH",
  126: "LAUNCH",
  127: "LAUNCH",
};

/** The error that the agent told on standard error when it ended. */
export function captureErrorOf(status: number | undefined, stderr: string): CaptureError {
  const code = (status !== undefined && CODES[status]) || "INTERNAL";
  const lines = stderr.split("\n");
  const prefix = "pyspy-capture: error: ";
  const at = lines.findLastIndex((line) => line.startsWith(prefix));
  const message =
    at < 0 ? `the agent ended with ${status ?? "a signal"}` : lines[at]!.slice(prefix.length);
  const advice = at < 0 ? "" : (lines[at + 1] ?? "").trim();
  return new CaptureError(code, message, { advice, ...(status !== undefined && { status }) });
}
