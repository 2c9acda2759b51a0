// SPDX-License-Identifier: MIT

import { captureErrorOf } from "./capture-error.ts";
import { agentArguments, type CaptureOptions } from "./capture-options.ts";
import type { Addon } from "./load-addon.ts";

/**
 * Records in a thread of this process. When nobody asks for more, it waits, with some megabytes in
 * hand: ticks are missed then, and counted.
 */
export async function* recordInThread(
  { Recording }: Addon,
  options: CaptureOptions,
): AsyncGenerator<Uint8Array, void> {
  let errors = "";
  const recording = new Recording(agentArguments(options), (text) => {
    errors += text;
    options.onMessage?.(text);
  });
  const stop = (): void => recording.stop();
  options.signal?.addEventListener("abort", stop, { once: true });
  if (options.signal?.aborted === true) stop();
  let status: number | undefined;
  try {
    while (status === undefined) {
      const next = await recording.next();
      if (typeof next === "number") status = next;
      else yield next;
    }
  } finally {
    options.signal?.removeEventListener("abort", stop);
    stop();
    // Left before its end: it ends before whoever left goes on.
    while (status === undefined) {
      const rest = await recording.next();
      if (typeof rest === "number") status = rest;
    }
  }
  if (status !== 0) throw captureErrorOf(status, errors);
}
