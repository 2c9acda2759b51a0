// SPDX-License-Identifier: MIT

import { execFileSync } from "node:child_process";
import { repositoryScript } from "./repository-script.ts";

/** Programs that read our exports; scripts/setup-viewers.sh says what they are. */
export type ViewerName =
  | "trace-processor"
  | "firefox-profiler"
  | "format-schemas"
  | "pprof"
  | "callgrind_annotate"
  | "cgview";

/** Where it is; sets it up where it is not. */
export function viewerPath(name: ViewerName): string {
  const setup = repositoryScript("setup-viewers.sh");
  return execFileSync("bash", [setup, name], { encoding: "utf8" }).trim();
}

/** What a viewer prints. Its complaints are part of the error when it fails. */
export function runViewer(command: string, args: readonly string[], home?: string): string {
  const env = { ...process.env, LC_ALL: "C", ...(home !== undefined && { HOME: home }) };
  return execFileSync(command, args, {
    encoding: "utf8",
    env,
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 1 << 28,
  });
}
