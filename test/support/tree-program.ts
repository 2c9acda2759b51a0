// SPDX-License-Identifier: MIT
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { openCapture, type Recorded } from "./agent.ts";
import type { Interpreter } from "./interpreters.ts";
import { processWith } from "./process-view.ts";
import { type Command, programPath, pythonCommand } from "./python-command.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Options that follow a tree. */
export const TREE: readonly (string | number)[] = ["-S", "-r", 200];

/**
 * What the programs of tests of trees begin with: `busy(seconds)`, to be called by a function of a
 * name to look for, and `say(child=pid)`, which prints a JSON object.
 */
export const PRELUDE = `
import json, os, subprocess, sys, time
clock = getattr(time, "monotonic", time.time)
def busy(seconds):
    end = clock() + seconds
    while clock() < end: sum(range(500))
def say(**what): os.write(1, (json.dumps(what) + "\\n").encode())  # at once, or lines get mixed
`;

/** The JSON objects that a program printed, a line each. */
export function linesOf({ stdout }: { stdout: string }): Record<string, number>[] {
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
}

/** A program that multiprocessing can import again. */
export function programFile(interpreter: Interpreter, source: string): Command {
  const path = join(temporaryFolder(), "program.py");
  writeFileSync(path, source);
  return pythonCommand(interpreter, [programPath(interpreter, path)]);
}

/** Whether a capture that is being written has the process by now. */
export function fileHas(path: string, pid: number): boolean {
  return openCapture(path).processes.some((process) => process.pid === pid);
}

/** Whether it has its end by now. */
export function hasEnded(path: string, pid: number): boolean {
  return processWith(openCapture(path), pid).exit !== undefined;
}

export function expectWhole({ status, stderr, profile }: Recorded, expected = 0): void {
  expect({ status, stderr }).toMatchObject({ status: expected });
  expect(profile.damage).toEqual([]);
}
