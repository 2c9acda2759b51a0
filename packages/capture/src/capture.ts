// SPDX-License-Identifier: MIT

import { AgentMissingError } from "./agent-missing-error.ts";
import { CaptureError } from "./capture-error.ts";
import type { CaptureOptions } from "./capture-options.ts";
import { type Addon, loadAddon } from "./load-addon.ts";
import { needOfProcess } from "./need-of-process.ts";
import { recordInProcess } from "./record-in-process.ts";
import { recordInThread } from "./record-in-thread.ts";

/**
 * Records, and yields the bytes of the capture as they come: at least once a second while there is
 * something to record. All of them, in order, are a `.pspy` file; what has come so far opens too.
 * Leaving the loop ends the recording. A program that was launched is ended with it; what it writes
 * goes to this process's standard error, or to `onMessage`.
 *
 * The agent runs in a thread of this process, or as a process of its own: see `CaptureOptions.runIn`.
 *
 * @throws CaptureError when nothing, or no more, can be recorded; what came before is good.
 * @throws AgentMissingError when there is no agent for this machine.
 */
export async function* capture(options: CaptureOptions): AsyncGenerator<Uint8Array, void> {
  const addon = addonFor(options);
  yield* addon === undefined ? recordInProcess(options) : recordInThread(addon, options);
}

/** The addon, where it is to do the recording. */
function addonFor(options: CaptureOptions): Addon | undefined {
  if (options.runIn === "process") return undefined;
  const need = needOfProcess(options);
  if (need !== undefined) {
    if (options.runIn !== "thread") return undefined;
    throw new CaptureError("USAGE", `${need}: it cannot be recorded by a thread of this process`, {
      advice: 'Leave out runIn, or give "process".',
    });
  }
  try {
    return loadAddon();
  } catch (error) {
    if (!(error instanceof AgentMissingError) || options.runIn === "thread") throw error;
    warnOnce(error);
    return undefined;
  }
}

let warned = false;

function warnOnce({ message }: AgentMissingError): void {
  if (warned) return;
  warned = true;
  process.emitWarning(`${message}\nThe agent runs as a process of its own instead.`, {
    type: "PyspyWarning",
    code: "PYSPY_NO_ADDON",
  });
}
