// SPDX-License-Identifier: MIT

/** All that a command may touch of its process, besides the file system. */
export interface CliIo {
  readonly stdin: ByteSource;
  /** The product, and nothing else. */
  readonly stdout: OutputSink;
  /** Everything else. */
  readonly stderr: OutputSink;
  /** Directory to which relative paths refer. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Calls `cleanUp` before this process ends by a signal (Ctrl-C). Returns a function that takes this
   * back.
   */
  onInterrupt(cleanUp: () => void): () => void;
}

export interface ByteSource extends AsyncIterable<Uint8Array> {
  readonly isTTY: boolean;
}

export interface OutputSink {
  readonly isTTY: boolean;
  /** Width of the terminal; `undefined`: not a terminal. */
  readonly columns: number | undefined;
  /** Resolves when it is out and the next piece may come; rejects with the system's error. */
  write(output: string | Uint8Array): Promise<void>;
}
