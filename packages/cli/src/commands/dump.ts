// SPDX-License-Identifier: MIT

import { parseTimePoint, resolveTimePoint } from "@pyspy/analyze";
import { dumpAnswer } from "@pyspy/report";
import type { Options } from "yargs";
import { UsageError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { dumpLive } from "../live/dump-live.ts";
import { LIVE_OPTIONS } from "../options/live-options.ts";
import type { ParsedOptions } from "../options/parsed-options.ts";
import { STANDARD_STREAM } from "../output/output-target.ts";
import type { Command } from "./command.ts";
import { questionCommand } from "./question.ts";

const WHEN = "Which moments:";

const CORE = "Core files:";

const VALUES = "Local variables:";

const OPTIONS: Readonly<
  Record<
    | "at"
    | "count"
    | "every"
    | "core"
    | "executable"
    | "sysroot"
    | "search-dir"
    | "locals"
    | "value-length"
    | "value-items"
    | "value-depth"
    | "redact",
    Options
  >
> = {
  at: {
    type: "string",
    requiresArg: true,
    group: WHEN,
    description: "of a recording: 12.5s after the start, -2s before the end, 14:02:05 UTC",
  },
  count: {
    type: "string",
    requiresArg: true,
    group: WHEN,
    description: "of a process: so many moments, and what changed between them",
  },
  every: {
    type: "string",
    requiresArg: true,
    group: WHEN,
    description: "from one moment to the next (default: 1s)",
  },
  core: {
    alias: "c",
    type: "string",
    requiresArg: true,
    group: CORE,
    description: "of a process that a signal ended, or that gcore wrote down: this file",
  },
  executable: {
    type: "string",
    requiresArg: true,
    group: CORE,
    description: "its program, where it is not at the path that the core names",
  },
  sysroot: {
    type: "string",
    requiresArg: true,
    group: CORE,
    description: "a copy of that machine's files: program and libraries by their paths",
  },
  "search-dir": {
    type: "string",
    requiresArg: true,
    group: CORE,
    description:
      "a directory with program and libraries, by their names; may be given several times",
  },
  locals: {
    alias: "l",
    type: "boolean",
    group: VALUES,
    description: "of a process: local variables too, as literals; none of its code is run for that",
  },
  "value-length": {
    type: "string",
    requiresArg: true,
    group: VALUES,
    description: "characters of a value (default: 200)",
  },
  "value-items": {
    type: "string",
    requiresArg: true,
    group: VALUES,
    description: "items of a container (default: 10)",
  },
  "value-depth": {
    type: "string",
    requiresArg: true,
    group: VALUES,
    description: "containers in containers (default: 3)",
  },
  redact: {
    choices: ["default", "none", "strict"],
    requiresArg: true,
    group: VALUES,
    description: "strict: their types alone, and no command lines; none: whole command lines",
  },
};

const recorded: Command = questionCommand({
  name: "dump",
  description: "the stacks of all threads: of a process now, or at a moment of a recording",
  details:
    "Innermost function first, who holds the GIL first. The running threads of a process stand still together\nwhile they are read; threads that wait for locks are told together.",
  examples: [
    ["-p 4242", "what every thread of a process is in now"],
    ["-p 4242 --locals", "with the local variables of every frame"],
    ["-p 4242 --count 5 --every 1s", "stuck, or only slow?"],
    ["--core core.4242 --locals", "what every thread was in when it crashed"],
    ["run.pspy --at 12.5s", "what every thread was in 12.5 s after the start"],
  ],
  options: { ...LIVE_OPTIONS, ...OPTIONS },
  countsIdle: true,
  needs: "times",
  prepare: (options) => {
    const text = options.text("at");
    if (text === undefined) throw new UsageError("dump of a recording needs a moment: --at 12.5s");
    const point = parseTimePoint(text);
    return (input) => {
      const { recorded } = input.selection;
      const atNanos = resolveTimePoint(point, recorded);
      const inside = recorded.recordings.some(
        ({ startNanos, endNanos }) => startNanos <= atNanos && atNanos < endNanos,
      );
      if (!inside) throw new UsageError(`${text} is not in the recording`);
      return dumpAnswer(input, atNanos);
    };
  },
});

export const dump: Command = {
  ...recorded,
  // What of both names the filter options have is that of the live options.
  options: { ...recorded.options, ...LIVE_OPTIONS },
  async run(options, context) {
    if (!isLive(options)) return recorded.run(options, context);
    await dumpLive(options, context);
    return ExitCode.OK;
  },
};

/** A process, or a stream without a moment: what comes is looked at as it comes. */
function isLive(options: ParsedOptions): boolean {
  const { files } = options;
  if (options.text("at") !== undefined) return false;
  if (files.length > 0) return files.length === 1 && files[0] === STANDARD_STREAM;
  if (options.numbers("pid").length > 0 || options.text("core") !== undefined) return true;
  throw new UsageError(
    "of what? Give a process (-p PID), a core file (--core), or a capture and a moment (--at 12.5s)",
  );
}
