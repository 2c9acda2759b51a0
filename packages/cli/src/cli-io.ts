// SPDX-License-Identifier: MIT

import type { ForeignFormat, ImportOptions } from "@pyspy/analyze";

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
  /** What inputs are, where they do not say it themselves. */
  readonly readAs?: ReadAs;
  /** A terminal that shows a screen and hears keys; `undefined`: there is none. */
  terminal(): CliTerminal | undefined;
  /**
   * Calls `cleanUp` before this process ends by a signal (Ctrl-C). Returns a function that takes this
   * back.
   */
  onInterrupt(cleanUp: () => void): () => void;
}

/** How a person says that inputs are read. */
export interface ReadAs extends ImportOptions {
  /** "pspy": none of them is of another program; `undefined`: by what is in them. */
  readonly format: ForeignFormat | "pspy" | undefined;
}

export interface ByteSource extends AsyncIterable<Uint8Array> {
  readonly isTTY: boolean;
  /** Reads no more: whoever writes is told. */
  close(): void;
}

/** A key as Node's readline names it. */
export interface PressedKey {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
}

export interface TerminalHandlers {
  onKey(key: PressedKey): void;
  /** The screen is another size, or has to be drawn anew. */
  onResize(): void;
}

export interface CliTerminal {
  size(): { readonly columns: number; readonly rows: number };
  /** It shows more than ASCII. */
  readonly unicode: boolean;
  /** Takes the screen and the keys; returns how to give them back, which may be called again. */
  open(handlers: TerminalHandlers): () => void;
  write(text: string): void;
  /** Gives the terminal to the shell until it lets this process go on. */
  suspend(): void;
}

export interface OutputSink {
  readonly isTTY: boolean;
  /** Width of the terminal; `undefined`: not a terminal. */
  readonly columns: number | undefined;
  /** Resolves when it is out and the next piece may come; rejects with the system's error. */
  write(output: string | Uint8Array): Promise<void>;
}
