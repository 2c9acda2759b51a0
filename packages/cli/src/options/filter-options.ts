// SPDX-License-Identifier: MIT

import { parseNamePattern, type ThreadState, type View } from "@pyspy/analyze";
import type { Options } from "yargs";
import type { ParsedOptions } from "./parsed-options.ts";

const STATES = "Which observations count (several: all must hold):";
const WHERE = "Which processes and threads:";

/** The states of a thread, which are options of the same name. */
const STATE_OPTIONS: Readonly<Record<ThreadState, Options>> = {
  gil: { alias: "g", description: "only threads that hold the GIL" },
  "gil-wait": { description: "only threads that wait for the GIL" },
  "on-cpu": { description: "only threads that run, or are ready to" },
  "off-cpu": { description: "only threads that are blocked: asleep, waiting for a lock or input" },
  exceptions: { description: "only where an exception is raised or handled" },
  gc: { description: "only where garbage is collected" },
};

/** The options of every command that looks at a part of a capture. */
export const FILTER_OPTIONS: Readonly<Record<string, Options>> = {
  ...Object.fromEntries(
    Object.entries(STATE_OPTIONS).map(([name, option]) => [
      name,
      { ...option, type: "boolean", group: STATES },
    ]),
  ),
  idle: {
    alias: "i",
    type: "boolean",
    group: STATES,
    description: "also threads that are idle, which are left out otherwise: all wall-clock time",
  },
  wall: { type: "boolean", hidden: true },
  pid: { type: "string", requiresArg: true, group: WHERE, description: "only these processes" },
  tid: {
    type: "string",
    requiresArg: true,
    group: WHERE,
    description: "only threads with these ids (ps -L, top -H)",
  },
  "thread-name": {
    type: "string",
    requiresArg: true,
    group: WHERE,
    description: "only threads whose name matches a regular expression",
  },
};

/**
 * What the filter options ask for.
 *
 * @throws UsageError, InvalidFilterError
 */
export function filterView(parsed: ParsedOptions): View {
  const states = Object.keys(STATE_OPTIONS) as ThreadState[];
  return {
    states: states.filter((state) => parsed.flag(state)),
    // "wall": what Tachyon and async-profiler call it.
    idle: parsed.flag("idle") || parsed.flag("wall"),
    pids: parsed.numbers("pid"),
    tids: parsed.numbers("tid").map(BigInt),
    threadNames: parsed.texts("thread-name").map(parseNamePattern),
  };
}
