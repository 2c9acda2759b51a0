// SPDX-License-Identifier: MIT

import {
  builtInRulePacks,
  type PatternFilter,
  type ThreadState,
  type View,
  viewOfOptions,
} from "@pyspy/analyze";
import type { Options } from "yargs";
import type { CliIo } from "../cli-io.ts";
import type { ParsedOptions } from "./parsed-options.ts";
import { rulePacks } from "./rule-packs.ts";

const STATES = "Which observations count (several: all must hold):";
const WHEN = "Which time:";
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

const STACKS = "Which stacks count, and what is shown of them (PATTERN: see below):";

/** The frame filters, which take patterns. */
const FRAME_OPTIONS: Readonly<Record<PatternFilter, string>> = {
  focus: "only stacks with a frame that matches",
  ignore: "no stacks with a frame that matches",
  hide: "without the frames that match; what they call moves up to their callers",
  show: "of stacks, only the frames that match",
  "show-from": "stacks from the first frame that matches on",
  "root-at": "stacks from the last frame that matches on: recursive calls begin at one root",
};

const BY = ["line", "function", "file", "module", "package"];

const PACK_NAMES = builtInRulePacks.map(({ name }) => name);

/** What help says below the options. */
export const FILTER_HELP = `PATTERN is a regular expression that is found in a function's qualified name, its file or its
module; (?i) at its beginning ignores case. function:PATTERN, file:PATTERN, module:PATTERN look only
there; line:FILE:12-20 means lines. Given several times, any of them may match.`;

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
  from: {
    type: "string",
    requiresArg: true,
    group: WHEN,
    description: "only from this time on: 10s after the start, -10s before the end, 14:02:05 UTC",
  },
  to: { type: "string", requiresArg: true, group: WHEN, description: "only before this time" },
  label: {
    type: "string",
    requiresArg: true,
    group: WHERE,
    description: "only recordings whose label KEY=PATTERN matches a regular expression: host=^web",
  },
  pid: { type: "string", requiresArg: true, group: WHERE, description: "only these processes" },
  role: {
    type: "string",
    requiresArg: true,
    group: WHERE,
    description: "only processes whose role (see --roles) matches a regular expression",
  },
  tid: {
    type: "string",
    requiresArg: true,
    group: WHERE,
    description: "only threads with these ids (ps -L, top -H)",
  },
  "role-from": {
    choices: ["command", "cgroup"],
    requiresArg: true,
    group: WHERE,
    description: "what roles are: worker names and command lines (the default), or control groups",
  },
  "thread-name": {
    type: "string",
    requiresArg: true,
    group: WHERE,
    description: "only threads whose name matches a regular expression",
  },
  ...Object.fromEntries(
    Object.entries(FRAME_OPTIONS).map(([name, description]) => [
      name,
      { type: "string", requiresArg: true, group: STACKS, description },
    ]),
  ),
  native: {
    type: "boolean",
    group: STACKS,
    description: "native frames too: the default where they were recorded",
  },
  // The parser would take it for a value of --native only where it takes every --no-NAME so.
  "no-native": {
    type: "boolean",
    group: STACKS,
    description: "without native frames, and threads without Python",
  },
  interpreter: {
    type: "boolean",
    group: STACKS,
    description: "with them those of the interpreter that only carry calls",
  },
  "fold-native": {
    type: "boolean",
    group: STACKS,
    description: "native frames count as the Python frame that called them",
  },
  "my-code": {
    type: "boolean",
    group: STACKS,
    description: "only the program's own frames: not those of Python's library and of packages",
  },
  fold: {
    type: "string",
    requiresArg: true,
    group: STACKS,
    description: `plumbing as one frame: all, or some of ${PACK_NAMES.join(", ")}, or a FILE.json`,
  },
  "fold-recursion": {
    type: "boolean",
    group: STACKS,
    description: "a function is on a stack once",
  },
  by: {
    choices: BY,
    requiresArg: true,
    group: STACKS,
    description: "what a frame is (default: line in pictures and exports)",
  },
};

/**
 * What the filter options ask for.
 *
 * @param io relative names of rule packs start at its directory.
 * @throws UsageError, InvalidFilterError, InputError
 */
export function filterView(parsed: ParsedOptions, io: Pick<CliIo, "cwd">): View {
  return viewOfOptions(parsed, rulePacks(parsed.texts("fold"), io));
}

/** Whether frames are told apart by line, as far as `--by` says. */
export function byLine(parsed: ParsedOptions): boolean {
  return (parsed.text("by") ?? "line") === "line";
}

/** Options whose values may begin with a dash, and what such a value looks like. */
const DASHED_VALUES: ReadonlyMap<string, RegExp> = new Map([
  ["--from", /^-[\d.]/],
  ["--to", /^-[\d.]/],
  ["--until", /^-[\d.]/],
  ["--before-filter", /^-|^$/],
  ["--after-filter", /^-|^$/],
]);

/** `--from -10s` as `--from=-10s`: the parser would take the value for options. */
export function joinDashedValues(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of argv) {
    const before = joined.at(-1);
    if (before !== undefined && DASHED_VALUES.get(before)?.test(word)) {
      joined[joined.length - 1] = `${before}=${word}`;
    } else {
      joined.push(word);
    }
  }
  return joined;
}
