// SPDX-License-Identifier: MIT

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Peer, Recorded } from "../peers/peer.ts";
import { monotonicNanos } from "./clock.ts";

const READY_TIMEOUT_MS = 10_000;
const POLL_MS = 2;

export interface Recording extends Recorded {
  readonly fileBytes: number;
}

/** A recorder at work on a process. */
export class RunningPeer {
  readonly pid: number;
  /** CLOCK_MONOTONIC when it said that it samples. */
  readonly readyNanos: number;
  readonly #peer: Peer;
  readonly #child: ChildProcess;
  readonly #output: string;
  readonly #printed: () => string;

  private constructor(peer: Peer, child: ChildProcess, output: string, printed: () => string) {
    this.pid = child.pid!;
    this.readyNanos = monotonicNanos();
    this.#peer = peer;
    this.#child = child;
    this.#output = output;
    this.#printed = printed;
  }

  /** Starts it on a process; returns when it says that it samples. */
  static async start(
    peer: Peer,
    pid: number,
    rateHertz: number,
    output: string,
  ): Promise<RunningPeer> {
    rmSync(output, { force: true });
    const { command, args } = peer.command(pid, rateHertz, output);
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    const ended = new AbortController();
    const timer = setTimeout(() => child.kill(), READY_TIMEOUT_MS);
    const ready = new Promise<void>((resolve, reject) => {
      const listen = (text: unknown): void => {
        printed += String(text);
        if (peer.readyText !== undefined && printed.includes(peer.readyText)) resolve();
      };
      child.stdout.on("data", listen);
      child.stderr.on("data", listen);
      child.once("error", reject);
      child.once("close", () => {
        ended.abort();
        reject(new Error(printed.trim().split("\n").at(-1) || `${command} did not start`));
      });
      if (peer.readyText === undefined) fileIsThere(output, ended.signal).then(resolve, reject);
    });
    await ready.finally(() => clearTimeout(timer));
    return new RunningPeer(peer, child, output, () => printed);
  }

  /** Ends the recording, unless it has ended by itself. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, "close");
    this.#child.kill("SIGINT");
    await closed;
  }

  /** What it recorded, once it is stopped. */
  recording(): Recording {
    const recorded = this.#peer.recorded(this.#output, this.#printed());
    return { ...recorded, fileBytes: statSync(this.#output, { throwIfNoEntry: false })?.size ?? 0 };
  }
}

async function fileIsThere(path: string, ended: AbortSignal): Promise<void> {
  while (!existsSync(path)) await sleep(POLL_MS, undefined, { signal: ended });
}
