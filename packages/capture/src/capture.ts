// SPDX-License-Identifier: MIT

import { spawn } from "node:child_process";
import { agentPath } from "./agent-path.ts";
import { CaptureError, captureErrorOf } from "./capture-error.ts";
import { agentArguments, type CaptureOptions } from "./capture-options.ts";

/** The exit codes with which the agent says that it failed, and not the program that it launched. */
const LAUNCH_FAILURES = [125, 126, 127];
const MOST_ERROR_TEXT = 1 << 16;

/**
 * Records, and yields the bytes of the capture as they come: at least once a second while there is
 * something to record. All of them, in order, are a `.pspy` file; what has come so far opens too.
 * Leaving the loop ends the recording. A program that was launched is ended with it; what it writes
 * goes to this process's standard error, or to `onMessage`.
 *
 * The agent is a process of its own: a hostile target cannot harm this one.
 *
 * @throws CaptureError when nothing, or no more, can be recorded; what came before is good.
 * @throws AgentMissingError when there is no agent for this machine.
 */
export async function* capture(options: CaptureOptions): AsyncGenerator<Uint8Array, void> {
  const agent = spawn(options.agent ?? agentPath(), agentArguments(options), {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  agent.stderr.on("data", (text: Buffer) => {
    errors = (errors + String(text)).slice(-MOST_ERROR_TEXT);
    options.onMessage?.(String(text));
    if (options.program !== undefined && options.onMessage === undefined) {
      process.stderr.write(text);
    }
  });
  const ended = new Promise<number | undefined>((resolve, reject) => {
    agent.once("error", (error) => {
      if (agent.pid === undefined) reject(new CaptureError("INTERNAL", error.message));
    });
    agent.once("close", (status) => resolve(status ?? undefined));
  });
  ended.catch(() => {}); // it is looked at below
  const stop = (): void => void agent.kill("SIGINT");
  options.signal?.addEventListener("abort", stop, { once: true });
  if (options.signal?.aborted === true) stop();
  try {
    yield* agent.stdout as AsyncIterable<Uint8Array>;
    const status = await ended;
    const isOurs = options.program === undefined || LAUNCH_FAILURES.includes(status ?? 125);
    if (status !== 0 && isOurs) throw captureErrorOf(status, errors);
  } finally {
    options.signal?.removeEventListener("abort", stop);
    if (agent.exitCode === null && agent.signalCode === null) {
      stop();
      agent.stdout.resume(); // nobody reads on, and the agent must not wait for a reader
      await ended.catch(() => {});
    }
  }
}
