// SPDX-License-Identifier: MIT
import { fileURLToPath } from "node:url";
import { type ChildEnd, ChildProgram } from "./child-program.ts";
import type { Interpreter } from "./interpreters.ts";
import { type Command, type Isolation, programPath, pythonCommand } from "./python-command.ts";

const READY = /^ready$/m;

/** A program of samples/ in its steady state. */
export interface SampledProgram {
  readonly child: ChildProgram;
  readonly pid: number;
  /** The JSON object that it printed before it was ready; each sample's head describes its own. */
  readonly manifest: unknown;
}

/** The command that runs a program of samples/: `sampleCommand(interpreter, "nested.py")`. */
export function sampleCommand(
  interpreter: Interpreter,
  name: string,
  args: readonly string[] = [],
  isolation: Isolation = {},
): Command {
  const path = fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));
  return pythonCommand(interpreter, [programPath(interpreter, path), ...args], isolation);
}

/** Starts a program of samples/ and waits until its truth holds. It runs until the test ends it. */
export async function startSample(
  interpreter: Interpreter,
  name: string,
  isolation: Isolation = {},
): Promise<SampledProgram> {
  const child = new ChildProgram(sampleCommand(interpreter, name, [], isolation));
  await child.says("stdout", READY);
  return { child, pid: child.pid, manifest: manifestIn(child.text("stdout")) };
}

/**
 * Starts a program given as text and waits for the line `ready` that it prints.
 *
 * It should end when its standard input does, lest it outlive a test that was killed.
 */
export async function startText(interpreter: Interpreter, source: string): Promise<ChildProgram> {
  const child = new ChildProgram(pythonCommand(interpreter, ["-c", source]));
  await child.says("stdout", READY);
  return child;
}

/** What a sample that has come to its end printed first and last: manifest and measurement. */
export function manifestIn(stdout: string): unknown {
  const line = stdout.split("\n").find((one) => one.startsWith("{"));
  return line === undefined ? undefined : JSON.parse(line);
}

export function measurementIn({ stdout }: ChildEnd): unknown {
  const line = stdout.split("\n").findLast((one) => one.startsWith("{"));
  return line === undefined ? undefined : JSON.parse(line);
}
