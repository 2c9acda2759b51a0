// SPDX-License-Identifier: MIT

import { type Profile, processLabel, threadLabel } from "@pyspy/analyze";

/**
 * What py-spy 0.4 calls the root frames of threads and processes, `thread (4242): MainThread` and
 * `process 4242:"python app.py"`, by the name that our call trees have for them: scripts that read
 * its collapsed stacks look for these.
 */
export function pyspyRootNames({ threads, processes }: Profile): Map<string, string> {
  const names = new Map<string, string>();
  for (const thread of threads) {
    const id = thread.tid !== 0n ? `${thread.tid}` : hex(thread.pythonThreadId);
    const name = thread.name === "" ? "" : `: ${thread.name}`;
    names.set(threadLabel(thread).name, `thread (${id})${name}`);
  }
  for (const process of processes) {
    const { pid, command, executable } = process;
    const words = command.length > 0 ? command.join(" ") : executable;
    names.set(processLabel(process).name, `process ${pid}:"${words}"`);
  }
  return names;
}

function hex(id: bigint): string {
  return `0x${id.toString(16).toUpperCase()}`;
}
