// SPDX-License-Identifier: MIT

import type { CliIo, TextSink } from "../cli-io.ts";

/** A process's surroundings that are values: what was written can be looked at. */
export interface MemoryIo extends CliIo {
  readonly out: () => string;
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
  const written = { out: "", err: "" };
  const sink = (name: "out" | "err", error?: Error): TextSink => ({
    isTTY: options.columns !== undefined,
    columns: options.columns,
    write: async (text) => {
      if (error !== undefined) throw error;
      written[name] += text;
    },
  });
  return {
    stdin: {
      isTTY: stdin === "terminal",
      async *[Symbol.asyncIterator]() {
        if (stdin !== "terminal") yield* stdin;
      },
    },
    stdout: sink("out", options.stdoutError),
    stderr: sink("err"),
    cwd: options.cwd ?? "/",
    env: options.env ?? {},
    onInterrupt: () => () => {},
    out: () => written.out,
    err: () => written.err,
  };
}
