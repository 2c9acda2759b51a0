// SPDX-License-Identifier: MIT
import type { FrameLabel } from "../model/call-tree.ts";
import type { Process, Profile, Thread } from "../model/profile.ts";

/** What stands between the root and the outermost frames. */
export interface RootGroups {
  /** Index in `paths`, of every thread. */
  readonly ofThread: Int32Array;
  /** Labels from the outermost on; empty for the one group that hangs on the root itself. */
  readonly paths: readonly (readonly FrameLabel[])[];
}

/** Threads, processes, both or nothing: one group for every distinct path of labels. */
export function rootGroups(
  profile: Profile,
  options: { readonly threads: boolean; readonly processes: boolean },
): RootGroups {
  const paths: FrameLabel[][] = [];
  const groupOfPath = new Map<string, number>();
  const ofThread = profile.threads.map((thread) => {
    const path: FrameLabel[] = [];
    if (options.processes) path.push(processLabel(profile.processes[thread.process]!));
    if (options.threads) path.push(threadLabel(thread));
    const key = path.map(({ name }) => name).join("\0");
    const known = groupOfPath.get(key);
    if (known !== undefined) return known;
    const group = paths.push(path) - 1;
    groupOfPath.set(key, group);
    return group;
  });
  return { ofThread: Int32Array.from(ofThread), paths };
}

/** "thread 4242 (MainThread)"; with the Python id where the kernel's is not known. */
export function threadLabel({ tid, pythonThreadId, name }: Thread): FrameLabel {
  const id = tid === 0n ? `0x${pythonThreadId.toString(16)}` : `${tid}`;
  const suffix = name === "" ? "" : ` (${name})`;
  return { kind: "thread", name: `thread ${id}${suffix}`, file: "", line: 0 };
}

/** "process 4242: python app.py"; with the executable where there is no command line. */
export function processLabel({ pid, command, executable }: Process): FrameLabel {
  const words = command.length > 0 ? command.join(" ") : executable;
  const suffix = words === "" ? "" : `: ${words}`;
  return { kind: "process", name: `process ${pid}${suffix}`, file: "", line: 0 };
}
