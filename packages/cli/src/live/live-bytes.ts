// SPDX-License-Identifier: MIT

import { type CaptureOptions, capture } from "@pyspy/capture";
import type { CliIo } from "../cli-io.ts";

/** The bytes of a capture that an agent of ours makes; what it says goes to standard error. */
export function agentBytes(options: CaptureOptions, io: CliIo): AsyncGenerator<Uint8Array, void> {
  // Alone, its failure is told by the error that is thrown.
  const tells = (options.pids?.length ?? 0) > 1;
  const onMessage = (text: string): void => {
    if (tells) void io.stderr.write(text).catch(() => {});
  };
  return capture({ ...options, onMessage });
}
