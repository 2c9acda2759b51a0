// SPDX-License-Identifier: MIT

import {
  type CompareOptions,
  DEFAULT_FALSE_DISCOVERY_RATE,
  DEFAULT_THRESHOLD,
  type Matching,
  type Measure,
  parseNamePattern,
  parseTimePoint,
} from "@pyspy/analyze";
import type { Options } from "yargs";
import { UsageError } from "../errors.ts";
import type { SideChoice, SideFilter, Stretch } from "../input/sides.ts";
import type { ParsedOptions } from "./parsed-options.ts";
import { parseSideFilter } from "./side-filter.ts";

const SIDES = "What is compared (two files, or one of them with some of these):";
const HOW = "How it is compared:";
const GATE = "For scripts:";

/** Options that both `diff` and `plan` have. */
export const MEASURE_OPTIONS: Readonly<Record<"unit" | "measure" | "threshold", Options>> = {
  unit: {
    choices: ["wall", "cpu"],
    requiresArg: true,
    group: HOW,
    description: "time that passed (the default), or CPU time",
  },
  measure: {
    choices: ["rate", "share", "work"],
    requiresArg: true,
    group: HOW,
    description:
      "rate: seconds per recorded second (the default); share of what is selected; work: seconds per unit of work",
  },
  threshold: {
    type: "string",
    requiresArg: true,
    group: HOW,
    description: "smaller changes are of no interest: a share of the whole, 0.5% by default",
  },
};

export const DIFF_OPTIONS: Readonly<Record<string, Options>> = {
  format: {
    alias: "f",
    choices: ["html", "flamegraph"],
    requiresArg: true,
    group: "Output:",
    description:
      "html: one page; flamegraph: a differential flame graph; the ending of -o may stand for it",
  },
  "max-size": {
    type: "string",
    requiresArg: true,
    group: "Output:",
    description:
      "bytes that a page may have, 2MB if not given; of recordings that do not fit it has fewer ticks, and says so; 0: no limit",
  },
  before: {
    type: "string",
    requiresArg: true,
    group: SIDES,
    description: "recordings of the side before; may be given several times",
  },
  after: { type: "string", requiresArg: true, group: SIDES, description: "likewise, after" },
  ...sideOptions("before"),
  ...sideOptions("after"),
  aa: {
    type: "boolean",
    group: SIDES,
    description: "compare a recording with itself, alternating: nothing may be found",
  },
  ...MEASURE_OPTIONS,
  "work-before": {
    type: "string",
    requiresArg: true,
    group: HOW,
    description: "units of work (requests, jobs) done while the side before was recorded",
  },
  "work-after": { type: "string", requiresArg: true, group: HOW, description: "likewise, after" },
  match: {
    choices: ["file", "name"],
    requiresArg: true,
    group: HOW,
    description:
      "functions are the same by name and file (the default), or by name alone: for code that was moved",
  },
  rename: {
    type: "string",
    requiresArg: true,
    group: HOW,
    description: "OLD=NEW: the function OLD of before is NEW of after; may be given several times",
  },
  limit: {
    type: "string",
    requiresArg: true,
    group: HOW,
    description: "rows of each table, for text and Markdown",
  },
  "fail-on": {
    type: "string",
    requiresArg: true,
    group: GATE,
    description:
      "exit with 9 if a function takes more: +2pp (of the whole), +10% (of what it took), any; only changes told from noise count",
  },
};

function sideOptions(side: "before" | "after"): Record<string, Options> {
  const option = (description: string): Options => ({
    type: "string",
    requiresArg: true,
    group: SIDES,
    description: side === "before" ? description : "likewise, after",
  });
  return {
    [`${side}-time`]: option("only a stretch of it: FROM..TO, as in 0..30s, 14:02..14:03, -10s.."),
    [`${side}-pid`]: option("only these processes; several are averaged"),
    [`${side}-filter`]: option(
      'filter options of this side alone, in quotes: "--gil --from 10s"; they outweigh those of both',
    ),
    [`${side}-thread`]: option(
      "only threads whose name matches a regular expression; several are averaged",
    ),
  };
}

/** What one side is. @throws UsageError, InvalidFilterError */
export function sideChoice(options: ParsedOptions, side: "before" | "after"): SideChoice {
  const time = options.text(`${side}-time`);
  return {
    files: options.texts(side),
    time: time === undefined ? undefined : parseStretch(time, `--${side}-time`),
    pids: options.numbers(`${side}-pid`),
    threads: options.texts(`${side}-thread`).map(parseNamePattern),
    filter: sideFilter(options, `${side}-filter`),
  };
}

function sideFilter(options: ParsedOptions, name: string): SideFilter | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  return { text, options: options.with(parseSideFilter(text, name)) };
}

/** @throws UsageError */
export function compareOptions(options: ParsedOptions): CompareOptions {
  const measure = (options.text("measure") ?? impliedMeasure(options)) as Measure;
  return {
    unit: options.text("unit") === "cpu" ? "cpu-nanos" : "wall-nanos",
    measure,
    work: measure === "work" ? workOf(options) : undefined,
    threshold: share(options.text("threshold"), "threshold") ?? DEFAULT_THRESHOLD,
    falseDiscoveryRate: DEFAULT_FALSE_DISCOVERY_RATE,
    matching: {
      by: (options.text("match") ?? "file") as Matching["by"],
      renames: new Map(options.texts("rename").map(parseRename)),
    },
  };
}

function impliedMeasure(options: ParsedOptions): Measure {
  return options.text("work-before") === undefined ? "rate" : "work";
}

function workOf(options: ParsedOptions): { before: number; after: number } {
  const amount = (name: string): number => {
    const given = Number(options.text(name));
    if (given > 0 && Number.isFinite(given)) return given;
    throw new UsageError(`--measure work needs --${name}: how many units of work were done`);
  };
  return { before: amount("work-before"), after: amount("work-after") };
}

/** "0.5%" or "0.5" as 0.005. @throws UsageError */
export function share(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const percent = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text)?.[1];
  const value = Number(percent) / 100;
  if (percent === undefined || value > 1) {
    throw new UsageError(`--${name} takes a percentage, 0.5%, not ${text}`);
  }
  return value;
}

/** @throws UsageError, InvalidFilterError */
function parseStretch(text: string, name: string): Stretch {
  const [from = "", to = "", ...rest] = text.split("..");
  if (rest.length > 0 || !text.includes("..") || text.length === 2) {
    throw new UsageError(`${name} takes FROM..TO, as 0..30s, 30s.. or -10s.., not ${text}`);
  }
  return {
    from: from === "" ? undefined : parseTimePoint(from),
    to: to === "" ? undefined : parseTimePoint(to),
    text,
  };
}

function parseRename(text: string): [string, string] {
  const [before = "", after = "", ...rest] = text.split("=");
  if (before === "" || after === "" || rest.length > 0) {
    throw new UsageError(`--rename takes OLD=NEW, not ${text}`);
  }
  return [before, after];
}
