// SPDX-License-Identifier: MIT

import type { CliIo, OutputSink } from "./cli-io.ts";
import { processTerminal } from "./terminal/process-terminal.ts";

/** The real thing: this process's own streams, directory and environment. */
export function processIo(): CliIo {
  return {
    stdin: {
      // Not as a property: reading process.stdin opens it, which a command that never asks for it
      // should not wait for.
      get isTTY() {
        return process.stdin.isTTY === true;
      },
      [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator](),
      close: () => void process.stdin.destroy(),
    },
    stdout: streamSink(process.stdout),
    stderr: streamSink(process.stderr),
    cwd: process.cwd(),
    env: process.env,
    terminal: processTerminal,
    onInterrupt,
  };
}

function streamSink(stream: NodeJS.WriteStream): OutputSink {
  // Node reports a failed write twice, to the callback and as an event; without a listener the
  // event ends the process.
  stream.on("error", () => {});
  return {
    isTTY: stream.isTTY === true,
    columns: stream.isTTY ? stream.columns : undefined,
    write: (output) =>
      new Promise((resolve, reject) => {
        stream.write(output, (error) => (error ? reject(error) : resolve()));
      }),
  };
}

const INTERRUPTS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

function onInterrupt(cleanUp: () => void): () => void {
  const handle = (signal: NodeJS.Signals): void => {
    release();
    cleanUp();
    // By the signal itself, so that a shell sees it and stops its loop: 130 for Ctrl-C.
    process.kill(process.pid, signal);
  };
  const release = (): void => {
    for (const signal of INTERRUPTS) process.off(signal, handle);
  };
  for (const signal of INTERRUPTS) process.on(signal, handle);
  return release;
}
