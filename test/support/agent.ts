// SPDX-License-Identifier: MIT
import type { SpawnOptions } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Profile, readCapture, validateProfile } from "@pyspy/analyze";
import { agentPath } from "@pyspy/capture";
import { type ChildEnd, ChildProgram } from "./child-program.ts";
import type { Command } from "./python-command.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** The executable under test; `npm run build:native` makes it. */
export const AGENT: string = agentPath();

export interface AgentOptions extends SpawnOptions {
  /** The capture; absent: a file in a folder that goes away with the test. */
  readonly output?: string;
  /** Another copy of the agent. */
  readonly executable?: string;
}

/** An agent at work. */
export interface Agent {
  readonly child: ChildProgram;
  /** Path of the capture. */
  readonly output: string;
}

/** A recording that has come to its end. */
export interface Recorded extends ChildEnd {
  readonly profile: Profile;
  readonly output: string;
}

/** Starts the agent: `startAgent(["-d", "1", "-p", pid])`. */
export function startAgent(argv: readonly (string | number)[], options: AgentOptions = {}): Agent {
  const { output = join(temporaryFolder(), "run.pspy"), executable = AGENT, ...spawning } = options;
  const args = ["-o", output, ...argv.map(String)];
  return { child: new ChildProgram({ command: executable, args }, spawning), output };
}

/** Starts the agent and waits until it has begun to record. */
export async function startRecording(
  argv: readonly (string | number)[],
  options: AgentOptions = {},
): Promise<Agent> {
  const agent = startAgent(argv, options);
  await agent.child.says("stderr", /^pyspy-capture: recording \d+ /m);
  return agent;
}

/** Runs the agent to its end and reads what it wrote. */
export async function record(
  argv: readonly (string | number)[],
  options: AgentOptions = {},
): Promise<Recorded> {
  return finished(startAgent(argv, options));
}

/** Runs a program by the agent: its end is the program's. */
export function recordLaunch(
  options: readonly (string | number)[],
  { command, args }: Command,
): Promise<Recorded> {
  return record([...options, "--", command, ...args]);
}

/** Waits for the end of an agent and reads what it wrote. */
export async function finished({ child, output }: Agent): Promise<Recorded> {
  const end = await child.ended;
  return { ...end, output, profile: openCapture(output) };
}

/** @throws what the reader throws, and when the profile breaks a promise of the model. */
export function openCapture(path: string): Profile {
  const profile = readCapture(readFileSync(path));
  validateProfile(profile);
  return profile;
}
