// SPDX-License-Identifier: MIT

import type { CliIo, OutputSink } from "../cli-io.ts";

/** A process's surroundings that are values: what was written can be looked at. */
export interface MemoryIo extends CliIo {
  readonly out: () => string;
  readonly outBytes: () => Uint8Array;
  readonly err: () => string;
}

export interface MemoryIoOptions {
  readonly stdin?: readonly Uint8Array[] | "terminal";
  /** Thrown by the first write to standard output. */
  readonly stdoutError?: Error;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
}

export function memoryIo(options: MemoryIoOptions = {}): MemoryIo {
  const { stdin = [] } = options;
  const written: Record<"out" | "err", Uint8Array[]> = { out: [], err: [] };
  const sink = (name: "out" | "err", error?: Error): OutputSink => ({
    isTTY: options.columns !== undefined,
    columns: options.columns,
    write: async (output) => {
      if (error !== undefined) throw error;
      written[name].push(Buffer.from(output));
    },
  });
  return {
    stdin: {
      isTTY: stdin === "terminal",
      async *[Symbol.asyncIterator]() {
        if (stdin !== "terminal") yield* stdin;
      },
      close: () => {},
    },
    stdout: sink("out", options.stdoutError),
    stderr: sink("err"),
    cwd: options.cwd ?? "/",
    env: options.env ?? {},
    terminal: () => undefined,
    onInterrupt: () => () => {},
    out: () => Buffer.concat(written.out).toString(),
    outBytes: () => Buffer.concat(written.out),
    err: () => Buffer.concat(written.err).toString(),
  };
}
