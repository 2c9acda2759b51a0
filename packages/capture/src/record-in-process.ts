// SPDX-License-Identifier: MIT

import { spawn } from "node:child_process";
import { agentPath } from "./agent-path.ts";
import { CaptureError, captureErrorOf } from "./capture-error.ts";
import { agentArguments, type CaptureOptions } from "./capture-options.ts";

/** The exit codes with which the agent says that it failed, and not the program that it launched. */
const LAUNCH_FAILURES = [125, 126, 127];
const MOST_ERROR_TEXT = 1 << 16;

/** Records by the agent's executable. What a program that was launched writes goes to our standard error. */
export async function* recordInProcess(options: CaptureOptions): AsyncGenerator<Uint8Array, void> {
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
