// SPDX-License-Identifier: MIT
import type { Process, ProcessExit, ProcessStart, Thread } from "./profile.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A process as one chunk describes it. */
export type ProcessDescription = Omit<Process, "start" | "exit"> & {
  /** What tells the machine, or the boot of it, from others whose pids may be the same. */
  readonly hostKey: string;
  readonly execCount: number;
};

/** Gives processes and threads their indexes: every chunk describes them again. */
export class ProcessInterner {
  readonly #processes: Mutable<Process>[] = [];
  readonly #threads: Mutable<Thread>[] = [];
  readonly #processIndex = new Map<string, number>();
  readonly #threadIndex = new Map<string, number>();

  /** Index of the process. What is newly known of it is taken over. */
  process(description: ProcessDescription): number {
    const { hostKey, execCount, ...process } = description;
    const key = `${process.pid} ${process.startBootNanos} ${execCount} ${hostKey}`;
    const index = this.#processIndex.get(key);
    if (index === undefined) {
      this.#processIndex.set(key, this.#processes.length);
      return this.#processes.push({ ...process, start: undefined, exit: undefined }) - 1;
    }
    const known = this.#processes[index]!;
    known.parentPid = process.parentPid;
    if (process.executable !== "") known.executable = process.executable;
    if (process.command.length > 0) known.command = process.command;
    if (Object.keys(process.environment).length > 0) known.environment = process.environment;
    if (process.role !== "") known.role = process.role;
    if (process.cgroup !== "") known.cgroup = process.cgroup;
    if (process.python !== undefined) known.python = process.python;
    return index;
  }

  /**
   * Index of the thread: the same for equal kernel ids in one process, or for equal Python ids
   * where no kernel id is known. In each interpreter that it enters a thread is one of its own, with
   * another stack. The last name counts, as threads are named after they start.
   */
  thread(thread: Thread): number {
    const id = thread.tid !== 0n ? `${thread.tid}` : `python ${thread.pythonThreadId}`;
    const key = `${thread.process} ${id} ${thread.interpreterId}`;
    const index = this.#threadIndex.get(key);
    if (index === undefined) {
      this.#threadIndex.set(key, this.#threads.length);
      return this.#threads.push({ ...thread }) - 1;
    }
    const known = this.#threads[index]!;
    if (thread.name !== "") known.name = thread.name;
    if (thread.main) known.main = true;
    if (thread.pythonThreadId !== 0n) known.pythonThreadId = thread.pythonThreadId;
    if (thread.interpreterId >= 0) known.interpreterId = thread.interpreterId;
    return index;
  }

  /** The first one counts. */
  setStart(process: number, start: ProcessStart): void {
    this.#processes[process]!.start ??= start;
  }

  setExit(process: number, exit: ProcessExit): void {
    this.#processes[process]!.exit = exit;
  }

  processes(): readonly Process[] {
    return this.#processes;
  }

  threads(): readonly Thread[] {
    return this.#threads;
  }
}
