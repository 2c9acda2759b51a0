// SPDX-License-Identifier: MIT

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** How the agent ended: by itself with a status, or by a signal. */
export type AgentExit = { readonly status: number } | { readonly signal: NodeJS.Signals };

/** What a terminal sends to its whole foreground process group: the agent has got it already. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT"];
/** Sent to one process; a second SIGHUP, where a terminal sent the first, does no harm. */
const FROM_ELSEWHERE: readonly NodeJS.Signals[] = ["SIGTERM", "SIGHUP"];

/**
 * Runs an agent on this process's own stdin, stdout and stderr until it has ended, however often
 * this process is told to end meanwhile: signals are for the agent, which finishes its file first.
 *
 * @throws the error of spawn (with `code`) when the file cannot be started.
 */
export function runAgent(path: string, argv: readonly string[]): Promise<AgentExit> {
  return new Promise((resolve, reject) => {
    // Handlers stand before the child exists: a signal in between must not end this process alone.
    const early: NodeJS.Signals[] = [];
    let send = (signal: NodeJS.Signals): void => void early.push(signal);
    const onTerminalSignal = (signal: NodeJS.Signals): void => {
      if (!inForeground()) send(signal);
    };
    const onSignal = (signal: NodeJS.Signals): void => send(signal);
    for (const name of FROM_TERMINAL) process.on(name, onTerminalSignal);
    for (const name of FROM_ELSEWHERE) process.on(name, onSignal);
    const release = (): void => {
      for (const name of FROM_TERMINAL) process.off(name, onTerminalSignal);
      for (const name of FROM_ELSEWHERE) process.off(name, onSignal);
    };

    const agent = spawn(path, argv, { stdio: "inherit" });
    agent.once("spawn", () => {
      send = (signal) => void agent.kill(signal);
      for (const signal of early) send(signal);
    });
    agent.once("error", (error) => {
      // "error" is also told of a failed kill; only a child that never was is our failure.
      if (agent.pid !== undefined) return;
      release();
      reject(error);
    });
    agent.once("exit", (status, signal) => {
      release();
      resolve(signal === null ? { status: status ?? 1 } : { signal });
    });
  });
}

/**
 * Whether this process is in the foreground group of a terminal: then Ctrl-C reached the agent
 * without us, and passing it on would make two of one. Without a terminal (a service manager, a
 * pipe from a supervisor, ssh without -t) nobody but us can tell the agent.
 */
function inForeground(): boolean {
  try {
    // /proc/[pid]/stat, proc(5): after the parenthesised name come state, ppid, pgrp, session,
    // tty_nr, tpgid.
    const stat = readFileSync("/proc/self/stat", "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[2] === fields[5];
  } catch {
    return process.stdin.isTTY === true;
  }
}
