// SPDX-License-Identifier: MIT
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ChildProgram } from "./child-program.ts";
import type { Command } from "./python-command.ts";

const run = promisify(execFile);

/** Why a program that crashes leaves no core file in its folder; `undefined`: it does. */
export function noCrashCores(): string | undefined {
  const pattern = readFileSync("/proc/sys/kernel/core_pattern", "utf8").trim();
  const inFolder = pattern === "core" || pattern === "core.%p";
  return inFolder ? undefined : `core files go elsewhere here: ${pattern}`;
}

/** A program that leaves a core file in `folder` when it crashes. */
export function crashingProgram(
  { command, args }: Command,
  folder: string,
  env: NodeJS.ProcessEnv = process.env,
): ChildProgram {
  const script = 'ulimit -c unlimited && exec "$0" "$@"';
  return new ChildProgram(
    { command: "sh", args: ["-c", script, command, ...args] },
    { cwd: folder, env },
  );
}

/** Lets it crash; returns the path of its core file. */
export async function crashCore(child: ChildProgram, folder: string): Promise<string> {
  const { signal } = await child.kill("SIGABRT");
  if (signal !== "SIGABRT") throw new Error(`it did not crash: ${signal}`);
  const path = [`core.${child.pid}`, "core"].map((name) => join(folder, name)).find(existsSync);
  if (path === undefined) throw new Error(`there is no core file in ${folder}`);
  return path;
}

/** Has gdb write down a process that runs on; returns the path of the core file. */
export async function gdbCore(pid: number, folder: string): Promise<string> {
  await run("gcore", ["-o", join(folder, "gcore"), String(pid)]);
  return join(folder, `gcore.${pid}`);
}
