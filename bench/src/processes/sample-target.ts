// SPDX-License-Identifier: MIT

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Interpreter, programPath, pythonCommand } from "@pyspy/test/support/interpreters";
import { onCpu } from "./placement.ts";

/** A program of samples/, running. */
export class SampleTarget {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #printed: () => string;

  private constructor(child: ChildProcess, printed: () => string) {
    this.pid = child.pid!;
    this.#child = child;
    this.#printed = printed;
  }

  /** Starts it on a CPU, "" for any; returns when its truth holds. */
  static async start(
    python: Interpreter,
    name: string,
    cpu: string,
    options: readonly string[] = [],
  ): Promise<SampleTarget> {
    const path = fileURLToPath(new URL(`../../../samples/${name}.py`, import.meta.url));
    const { command, args } = onCpu(
      cpu,
      pythonCommand(python, [programPath(python, path), ...options]),
    );
    const child = spawn(command, args, { cwd: "/", stdio: ["pipe", "pipe", "inherit"] });
    let printed = "";
    child.stdout.on("data", (text) => {
      printed += String(text);
    });
    while (!/^ready$/m.test(printed)) {
      await Promise.race([once(child.stdout, "data"), once(child, "close")]);
      if (child.exitCode !== null) throw new Error(`${name} ended: ${printed.slice(-500)}`);
    }
    return new SampleTarget(child, () => printed);
  }

  /** The JSON object that it printed before it was ready. */
  manifest(): unknown {
    return jsonLines(this.#printed())[0];
  }

  /** Ends it. Returns the JSON object that it printed last. */
  async stop(): Promise<unknown> {
    const ended = once(this.#child, "close");
    this.#child.stdin!.end();
    await ended;
    return jsonLines(this.#printed()).at(-1);
  }
}

function jsonLines(text: string): unknown[] {
  const lines = text.split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => JSON.parse(line) as unknown);
}
