// SPDX-License-Identifier: MIT

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { type Profile, readCapture } from "@pyspy/analyze";
import { agentPath } from "@pyspy/capture";

/** The agent's ways to treat a thread that moves while it is read. */
export const MODES = ["default", "nonblocking", "blocking"] as const;
export type Mode = (typeof MODES)[number];

export interface RecordOptions {
  readonly pid: number;
  readonly rateHertz: number;
  readonly seconds: number;
  readonly mode: Mode;
  /** The agent alone gets a real-time priority: an even rate on a busy machine. */
  readonly realtime?: boolean;
  readonly output: string;
}

/** Records a process and reads what was recorded; the file is gone afterwards. */
export async function record(options: RecordOptions): Promise<Profile> {
  await recordIntoFile(options);
  const profile = readCapture(readFileSync(options.output));
  rmSync(options.output);
  return profile;
}

/** Records a process. */
export async function recordIntoFile(options: RecordOptions): Promise<void> {
  const { pid, rateHertz, seconds, mode, output, realtime = false } = options;
  const args = ["-q", "-p", pid, "-r", rateHertz, "-d", seconds, "-o", output, "--force"];
  const limits = ["--max-cpu", 100, ...(mode === "default" ? [] : [`--${mode}`])];
  if (realtime) limits.push("--realtime");
  const child = spawn(agentPath(), [...args, ...limits].map(String), {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [status] = (await once(child, "close")) as [number | null];
  if (status !== 0) throw new Error(`the agent ended with status ${status}`);
}
