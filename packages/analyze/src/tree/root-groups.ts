// SPDX-License-Identifier: MIT
import type { FrameLabel } from "../model/call-tree.ts";
import type { Process, Profile, Thread } from "../model/profile.ts";
import { NO_PARENT, parentProcesses } from "../processes/parent-processes.ts";
import { processRoles } from "../processes/process-roles.ts";

/** Ancestors that are shown above a process. */
const MAX_GENERATIONS = 16;

/** What stands between the root and the outermost frames. */
export interface RootGroups {
  /** Index in `paths`, of every thread. */
  readonly ofThread: Int32Array;
  /** Labels from the outermost on; empty for the one group that hangs on the root itself. */
  readonly paths: readonly (readonly FrameLabel[])[];
}

/**
 * What the outermost nodes of a tree are. Processes (`true`) stand below their parents, as far as these
 * were recorded; by "role", all of one role are one node, and threads are told apart by name only.
 */
export interface RootOptions {
  readonly threads: boolean;
  readonly processes: boolean | "role";
}

/** Threads, processes, both or nothing: one group for every distinct path of labels. */
export function rootGroups(profile: Profile, options: RootOptions): RootGroups {
  const { processes } = options;
  const byRole = processes === "role";
  const processPaths =
    processes === false ? undefined : byRole ? rolePaths(profile) : familyPaths(profile);
  const paths: FrameLabel[][] = [];
  const groupOfPath = new Map<string, number>();
  const ofThread = profile.threads.map((thread) => {
    const path = [...(processPaths?.[thread.process] ?? [])];
    if (options.threads) path.push(byRole ? namedThreadLabel(thread) : threadLabel(thread));
    const key = path.map(({ name }) => name).join("\0");
    const known = groupOfPath.get(key);
    if (known !== undefined) return known;
    const group = paths.push(path) - 1;
    groupOfPath.set(key, group);
    return group;
  });
  return { ofThread: Int32Array.from(ofThread), paths };
}

/** Of every process: its ancestors, the outermost first, and itself. */
function familyPaths({ processes }: Profile): FrameLabel[][] {
  const parents = parentProcesses(processes);
  const paths: (FrameLabel[] | undefined)[] = processes.map(() => undefined);
  const pathOf = (process: number): FrameLabel[] => {
    // Upwards without recursion: a hostile file may have a million generations.
    const line: number[] = [];
    let at = process;
    while (at !== NO_PARENT && paths[at] === undefined && line.length < MAX_GENERATIONS) {
      line.push(at);
      at = parents[at]!;
    }
    let path = at === NO_PARENT ? [] : (paths[at] ?? []);
    for (const each of line.reverse()) {
      path = [...path, processLabel(processes[each]!)].slice(-MAX_GENERATIONS);
      paths[each] = path;
    }
    return path;
  };
  return processes.map((_, process) => pathOf(process));
}

function rolePaths(profile: Profile): FrameLabel[][] {
  const roles = processRoles(profile);
  const counts = new Map<string, number>();
  for (const role of roles) counts.set(role, (counts.get(role) ?? 0) + 1);
  return roles.map((role) => {
    const count = counts.get(role)!;
    const name = count === 1 ? role : `${role} (${count} processes)`;
    return [{ kind: "process", name, file: "", line: 0 }];
  });
}

/** "MainThread": threads of many processes that do the same. */
function namedThreadLabel({ name }: Thread): FrameLabel {
  return { kind: "thread", name: name === "" ? "thread" : name, file: "", line: 0 };
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
