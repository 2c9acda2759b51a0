// SPDX-License-Identifier: MIT
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { onTestFinished } from "vitest";
import type { Command } from "./python-command.ts";

/** How a program ended, and all that it said. */
export interface ChildEnd {
  /** `null`: a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Stream = "stdout" | "stderr";

/**
 * A program under test with pipes as its standard streams. It, and whatever it has started, is
 * killed at the latest when the test is over. Nothing here waits for a time: only for what the
 * program says and for its end, and the test's own limit ends what never comes.
 */
export class ChildProgram {
  readonly process: ChildProcess;
  /** Never rejected: a program that cannot be started has status 127, as in a shell. */
  readonly ended: Promise<ChildEnd>;
  readonly #chunks: Record<Stream, Buffer[]> = { stdout: [], stderr: [] };
  readonly #listeners = new Set<() => void>();
  #end: ChildEnd | undefined;

  constructor({ command, args }: Command, options: SpawnOptions = {}) {
    // A group of its own, so that nothing it starts is left over.
    this.process = spawn(command, args, { ...options, detached: true });
    for (const stream of ["stdout", "stderr"] as const) {
      this.process[stream]?.on("data", (chunk: Buffer) => {
        this.#chunks[stream].push(chunk);
        this.#tell();
      });
    }
    this.process.stdin?.on("error", () => {}); // it ended before it had read everything
    this.ended = new Promise((resolve) => {
      const settle = (status: number | null, signal: NodeJS.Signals | null): void => {
        this.#end = { status, signal, stdout: this.text("stdout"), stderr: this.text("stderr") };
        resolve(this.#end);
        this.#tell();
      };
      this.process.once("close", settle);
      this.process.once("error", () => this.process.pid === undefined && settle(127, null));
    });
    onTestFinished(() => this.#killGroup());
  }

  get pid(): number {
    return this.process.pid!;
  }

  /** What it has written so far. */
  text(stream: Stream): string {
    return this.bytes(stream).toString("utf8");
  }

  bytes(stream: Stream): Buffer {
    return Buffer.concat(this.#chunks[stream]);
  }

  /**
   * Waits until what it has written matches.
   *
   * @throws when it ends, or closes its streams, without having written that.
   */
  async says(stream: Stream, pattern: RegExp): Promise<RegExpMatchArray> {
    for (;;) {
      const match = this.text(stream).match(pattern);
      if (match !== null) return match;
      if (this.#end !== undefined) {
        throw new Error(
          `${this.process.spawnfile} ended without ${pattern}: ${inspect(this.#end)}`,
        );
      }
      await new Promise<void>((resolve) => this.#listeners.add(resolve));
    }
  }

  /** Ends its standard input, which is a sample's sign to end, and waits for its end. */
  finish(): Promise<ChildEnd> {
    this.process.stdin?.end();
    return this.ended;
  }

  /** Sends a signal to it alone. */
  kill(signal: NodeJS.Signals): Promise<ChildEnd> {
    this.process.kill(signal);
    return this.ended;
  }

  #tell(): void {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }

  async #killGroup(): Promise<void> {
    try {
      if (this.process.pid !== undefined) process.kill(-this.process.pid, "SIGKILL");
    } catch {
      // Nothing of it is left.
    }
    await this.ended;
  }
}

function inspect({ status, signal, stdout, stderr }: ChildEnd): string {
  return `${signal ?? `status ${status}`}\n${stdout.slice(-2000)}\n${stderr.slice(-2000)}`;
}
