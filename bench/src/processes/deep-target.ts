// SPDX-License-Identifier: MIT

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Interpreter, programPath, pythonCommand } from "@pyspy/test/support/interpreters";
import { onCpu } from "./placement.ts";

const PROGRAM = fileURLToPath(new URL("../../targets/deep.py", import.meta.url));

/** A piece of work of the target: always the same amount. CLOCK_MONOTONIC. */
export interface Block {
  readonly startNanos: number;
  readonly endNanos: number;
  /** CPU time in between. */
  readonly cpuNanos: number;
}

/** The target program, running. */
export class DeepTarget {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #blockLog: string;

  private constructor(child: ChildProcess, blockLog: string) {
    this.pid = child.pid!;
    this.#child = child;
    this.#blockLog = blockLog;
  }

  /** Starts it with so many loops at the end of each call; returns when it works. */
  static async start(
    python: Interpreter,
    loops: number,
    cpu: string,
    folder: string,
  ): Promise<DeepTarget> {
    const blockLog = join(folder, "blocks.txt");
    const log = openSync(blockLog, "w");
    const inPython = pythonCommand(python, [programPath(python, PROGRAM), String(loops)]);
    const { command, args } = onCpu(cpu, inPython);
    const child = spawn(command, args, { cwd: "/", stdio: ["pipe", "pipe", "inherit", log] });
    closeSync(log);
    const [first] = await Promise.race([once(child.stdout!, "data"), once(child, "close")]);
    if (String(first) !== "ready\n") throw new Error(`${command} ${args.join(" ")} did not start`);
    return new DeepTarget(child, blockLog);
  }

  /** All blocks so far, in the order of time. */
  blocks(): Block[] {
    const lines = readFileSync(this.#blockLog, "latin1").split("\n").slice(0, -1);
    return lines.map((line) => {
      const [startNanos, endNanos, cpuNanos] = line.split(" ").map(Number);
      return { startNanos: startNanos!, endNanos: endNanos!, cpuNanos: cpuNanos! };
    });
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, "close");
    this.#child.stdin!.end();
    await ended;
  }
}
