// SPDX-License-Identifier: MIT

import type { CaptureOptions } from "@pyspy/capture";
import type { Options } from "yargs";
import type { ParsedOptions } from "./parsed-options.ts";

const LIVE = "Processes that run:";

/** Which processes a live command looks at. They outweigh the filter of the name `pid`. */
export const LIVE_OPTIONS: Readonly<Record<"pid" | "subprocesses" | "nonblocking", Options>> = {
  pid: {
    alias: "p",
    type: "string",
    requiresArg: true,
    group: LIVE,
    description: "look at this process (of a recording: only this one); may be given several times",
  },
  subprocesses: {
    alias: "S",
    type: "boolean",
    group: LIVE,
    description: "and at what it started",
  },
  nonblocking: {
    type: "boolean",
    group: LIVE,
    description: "never stop a thread: what moves is told as far as it stood still",
  },
};

const SCREEN = "Live screen:";

/** How a live table is made and shown. */
export const LIVE_TOP_OPTIONS: Readonly<
  Record<"rate" | "plain" | "every" | "count" | "save", Options>
> = {
  rate: {
    alias: "r",
    type: "string",
    requiresArg: true,
    group: SCREEN,
    description: "samples a second (default: 100)",
  },
  plain: {
    type: "boolean",
    group: SCREEN,
    description: "tables as text, one after the other: the default where there is no terminal",
  },
  every: {
    type: "string",
    requiresArg: true,
    group: SCREEN,
    description: "as text: from one table to the next (default: 1s)",
  },
  count: {
    type: "string",
    requiresArg: true,
    group: SCREEN,
    description: "as text: end after so many tables",
  },
  save: {
    type: "string",
    requiresArg: true,
    group: SCREEN,
    description: "also write what is seen to this file, as a capture",
  },
};

/** How the agent is to look at them. */
export function liveCapture(options: ParsedOptions): CaptureOptions {
  return {
    pids: options.numbers("pid"),
    subprocesses: options.flag("subprocesses"),
    native: options.flag("native"),
    ...(options.flag("nonblocking") && { strategy: "nonblocking" as const }),
  };
}
