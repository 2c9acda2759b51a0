// SPDX-License-Identifier: MIT
import type { CaptureMaker } from "./capture-maker.ts";

/** A thread as text formats name it. */
export interface NamedThread {
  readonly pid: number;
  readonly tid: bigint;
  readonly pythonThreadId?: bigint;
  readonly name?: string;
  readonly command?: readonly string[];
  readonly interpreterId?: number;
}

/** Gives processes and threads the ids of the capture that is made, each once. */
export class KnownThreads {
  readonly #maker: CaptureMaker;
  readonly #pythonVersion: string | undefined;
  readonly #processes = new Map<string, number>();
  readonly #threads = new Map<string, number>();

  /** @param pythonVersion as of `MadeProcess`. */
  constructor(maker: CaptureMaker, pythonVersion: string | undefined) {
    this.#maker = maker;
    this.#pythonVersion = pythonVersion;
  }

  thread(thread: NamedThread): number {
    const { pid, tid, pythonThreadId = 0n, name = "", command = [], interpreterId = 0 } = thread;
    const processKey = `${pid} ${command.join(" ")}`;
    const key = `${tid} ${pythonThreadId} ${interpreterId} ${name} ${processKey}`;
    const known = this.#threads.get(key);
    if (known !== undefined) return known;
    let process = this.#processes.get(processKey);
    if (process === undefined) {
      process = this.#maker.process({ pid, command, pythonVersion: this.#pythonVersion });
      this.#processes.set(processKey, process);
    }
    const main = tid !== 0n ? tid === BigInt(pid) : name === "MainThread";
    const index = this.#maker.thread({ process, tid, pythonThreadId, name, main, interpreterId });
    this.#threads.set(key, index);
    return index;
  }
}
