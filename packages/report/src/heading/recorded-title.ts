// SPDX-License-Identifier: MIT

import type { Process, Profile } from "@pyspy/analyze";
import { formatCounted } from "../text/format-number.ts";

/** The command line that was recorded, and how many processes there were besides. */
export function recordedTitle(profile: Profile): string {
  const { processes } = profile;
  const first = processes.find((one) =>
    processes.every((other) => other === one || other.pid !== one.parentPid),
  );
  if (first === undefined) return "No process recorded";
  const command = first.command.length > 0 ? first.command : knownCommand(profile, first);
  const title = processTitle({ ...first, command });
  const others = processes.length - 1;
  return others === 0
    ? title
    : `${title} and ${formatCounted(others, "process", "processes")} more`;
}

/** Without a recorded command line: its program, and the script that its main thread was seen in. */
function knownCommand(profile: Profile, process: Process): string[] {
  const { threads, samples, stacks, frames, functions, processes } = profile;
  const main = threads.findIndex((thread) => thread.main && processes[thread.process] === process);
  const run = samples.thread.findIndex(
    (thread, index) => thread === main && samples.stack[index]! >= 0,
  );
  if (process.executable === "" || run < 0) return [];
  let stack = samples.stack[run]!;
  while (stacks.parent[stack]! >= 0) stack = stacks.parent[stack]!;
  const { name, file } = functions[frames.function[stacks.frame[stack]!]!]!;
  // Where it was started with -m, runpy is the outermost, and says nothing.
  return name === "<module>" ? [process.executable, file] : [];
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
  if (executable !== "") return executable;
  // Other recorders may not say which it was.
  return pid === 0 ? "a process without a name" : `process ${pid}`;
}
