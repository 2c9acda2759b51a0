// SPDX-License-Identifier: MIT

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type Profile, readCapture } from "@pyspy/analyze";
import { agentPath } from "@pyspy/capture";

/** An agent that follows a tree. */
export class TreeAgent {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #output: string;

  private constructor(child: ChildProcess, output: string) {
    this.pid = child.pid!;
    this.#child = child;
    this.#output = output;
  }

  /** Starts it; returns when it records. It does not lower its rate. */
  static async start(
    pid: number,
    rateHertz: number,
    output: string,
    options: readonly string[] = [],
  ): Promise<TreeAgent> {
    const usual = ["-S", "-r", rateHertz, "--max-cpu", 100, "-o", output, "-p", pid];
    const argv = [...options, ...usual.map(String)];
    const child = spawn(agentPath(), argv, { stdio: ["ignore", "ignore", "pipe"] });
    const [first] = await Promise.race([once(child.stderr, "data"), once(child, "close")]);
    if (!String(first).includes("recording")) throw new Error(`the agent did not start: ${first}`);
    return new TreeAgent(child, output);
  }

  /** Ends it. Returns what it recorded. */
  stop(): Promise<Profile> {
    this.#child.kill("SIGINT");
    return this.ended();
  }

  /** Waits for its end. Returns what it recorded. */
  async ended(): Promise<Profile> {
    if (this.#child.exitCode === null) await once(this.#child, "close");
    return this.read();
  }

  /** What is in the file by now. */
  read(): Profile {
    return readCapture(readFileSync(this.#output));
  }
}
