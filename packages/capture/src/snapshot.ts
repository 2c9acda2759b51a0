// SPDX-License-Identifier: MIT

import { capture } from "./capture.ts";
import type { CaptureOptions } from "./capture-options.ts";

/**
 * A capture of one moment of a process, in which its running threads stand still together, unless the
 * strategy is "nonblocking". Returns the bytes of a `.pspy` file, for `readCapture` of @pyspy/analyze.
 *
 * @throws CaptureError, AgentMissingError as `capture` does.
 */
export async function snapshot(
  pid: number,
  options: Pick<
    CaptureOptions,
    "strategy" | "subprocesses" | "native" | "locals" | "redact" | "runIn" | "agent"
  > = {},
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const moment = { pids: [pid], moments: { count: 1 } };
  for await (const part of capture({ ...options, ...moment })) parts.push(part);
  return Buffer.concat(parts);
}
