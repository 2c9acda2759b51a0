// SPDX-License-Identifier: MIT

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Interpreter, programPath, pythonCommand } from "@pyspy/test/support/interpreters";
import { onCpu } from "./placement.ts";

/** A program of bench/targets that starts processes or threads. */
export class BenchTarget {
  readonly pid: number;
  readonly #child: ChildProcess;
  #printed = "";

  private constructor(child: ChildProcess) {
    this.pid = child.pid!;
    this.#child = child;
    child.stdout!.on("data", (text) => {
      this.#printed += String(text);
    });
  }

  /** Starts it on a CPU, "" for any; returns when it is ready. */
  static async start(
    python: Interpreter,
    name: string,
    args: readonly (string | number)[],
    cpu = "",
  ): Promise<BenchTarget> {
    const path = fileURLToPath(new URL(`../../targets/${name}.py`, import.meta.url));
    const inPython = pythonCommand(python, [programPath(python, path), ...args.map(String)]);
    const { command, args: argv } = onCpu(cpu, inPython);
    const child = spawn(command, argv, { cwd: "/", stdio: ["pipe", "pipe", "inherit"] });
    const target = new BenchTarget(child);
    while (!target.#printed.startsWith("ready\n")) {
      await Promise.race([once(child.stdout, "data"), once(child, "close")]);
      if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
    }
    return target;
  }

  /** Sends it a signal and waits for the line with which it answers. */
  async answer(signal: NodeJS.Signals): Promise<string> {
    const before = this.#printed.length;
    process.kill(this.pid, signal);
    while (!this.#printed.slice(before).includes("\n")) await once(this.#child.stdout!, "data");
    return this.#printed.slice(before).trim();
  }

  /** Gives it a line, or the end, of input, and waits for its end. Returns what it printed. */
  async finish(): Promise<string> {
    const ended = once(this.#child, "close");
    this.#child.stdin!.end("go\n");
    await ended;
    return this.#printed;
  }
}
