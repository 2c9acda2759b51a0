// SPDX-License-Identifier: MIT

import type { Process, Profile } from "@pyspy/analyze";
import { formatCounted } from "../text/format-number.ts";

/** The command line that was recorded, and how many processes there were besides. */
export function recordedTitle({ processes }: Profile): string {
  const first = processes.find(({ parentPid }) => processes.every(({ pid }) => pid !== parentPid));
  if (first === undefined) return "No process recorded";
  const others = processes.length - 1;
  return others === 0
    ? processTitle(first)
    : `${processTitle(first)} and ${formatCounted(others, "process", "processes")} more`;
}

/**
 * Its command line as far as recorded, else its program, else its number. The directory of the
 * interpreter is left out: it is long, and says less than the rest.
 */
export function processTitle({
  command,
  executable,
  pid,
}: Pick<Process, "command" | "executable" | "pid">): string {
  const [program, ...args] = command;
  if (program !== undefined) return [program.replace(/^.*[\\/](?=.)/s, ""), ...args].join(" ");
  return executable === "" ? `process ${pid}` : executable;
}
