// SPDX-License-Identifier: MIT

import { capture } from "./capture.ts";
import type { CaptureOptions } from "./capture-options.ts";

const MOMENT_SECONDS = 0.001;

/**
 * A capture of one moment of a process: each of its threads once, or a few times. Returns the bytes of
 * a `.pspy` file, for `readCapture` of @pyspy/analyze.
 *
 * @throws CaptureError, AgentMissingError as `capture` does.
 */
export async function snapshot(
  pid: number,
  options: Pick<CaptureOptions, "strategy" | "subprocesses" | "redact" | "agent"> = {},
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const moment = { pids: [pid], rateHertz: 1 / MOMENT_SECONDS, durationSeconds: MOMENT_SECONDS };
  for await (const part of capture({ ...options, ...moment })) parts.push(part);
  return Buffer.concat(parts);
}
