// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
import { visibleExcerpt } from "../text/visible-text.ts";
import { type Json, jsonId } from "./json.ts";

const LONGEST_NAME = 60;

/**
 * What tables call a thread (by its index): "worker-1"; with its id where the name is not the only
 * one of its kind, with the process's where there are several.
 */
export function threadNames({ threads, processes }: Profile): (thread: number) => string {
  const count = new Map<string, number>();
  for (const { name, process } of threads) {
    const key = `${process} ${name}`;
    count.set(key, (count.get(key) ?? 0) + 1);
  }
  return (index) => {
    const { name, tid, process } = threads[index]!;
    const id = tid === 0n ? "?" : String(tid);
    const shown = name === "" ? `thread ${id}` : visibleExcerpt(name, LONGEST_NAME);
    const alike = name !== "" && count.get(`${process} ${name}`)! > 1;
    const own = alike ? `${shown} (${id})` : shown;
    return processes.length > 1 ? `${processes[process]!.pid} ${own}` : own;
  };
}

/** A thread by what identifies it, for programs. */
export function threadJson({ threads, processes }: Profile, index: number): Json {
  const { tid, name, process } = threads[index]!;
  return { pid: processes[process]!.pid, tid: jsonId(tid), name };
}
