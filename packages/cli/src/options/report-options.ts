// SPDX-License-Identifier: MIT

import type { View, WeightUnit } from "@pyspy/analyze";
import { COLOR_MODES, type ColorMode, PERFETTO_SAMPLES, type PerfettoSamples } from "@pyspy/report";
import type { Options } from "yargs";
import type { CliIo } from "../cli-io.ts";
import { parseSourceRoot, type SourceRoot } from "../input/source-root.ts";
import { FORMAT_DESCRIPTIONS } from "./choose-format.ts";
import { byLine, FILTER_OPTIONS, filterView } from "./filter-options.ts";
import type { ParsedOptions } from "./parsed-options.ts";
import { PAGE_SIZE, sizeOption } from "./size.ts";
import { UNIT_OPTION, weightUnit } from "./unit-option.ts";

/** The default command's options, as the parser hands them over. */
export interface ReportArguments {
  readonly files: readonly string[];
  readonly format: string | undefined;
  readonly output: string | undefined;
  readonly view: View;
  /** The options that a page's controls stand on. */
  readonly pageOptions: Readonly<Record<string, readonly string[]>>;
  readonly threads: boolean;
  readonly processes: boolean;
  readonly roles: boolean;
  /** Frames differ by line, by function, or as the format has it. */
  readonly lines: boolean | undefined;
  readonly unit: WeightUnit;
  readonly colors: ColorMode | undefined;
  readonly perfettoSamples: PerfettoSamples | undefined;
  readonly flame: boolean;
  /** Bytes of a page; infinite: no limit. */
  readonly maxSize: number;
  /** Where source text may be read from. */
  readonly sources: readonly SourceRoot[];
  readonly title: string | undefined;
  /** After so long a page loads itself anew, where it is served; else never. */
  readonly refreshSeconds?: number;
}

const SHOWN = "How it is shown:";
const OUTPUT = "Output:";

const OPTIONS: Record<
  | Exclude<
      keyof ReportArguments,
      | "files"
      | "view"
      | "pageOptions"
      | "perfettoSamples"
      | "lines"
      | "maxSize"
      | "sources"
      | "refreshSeconds"
    >
  | "function"
  | "perfetto-samples"
  | "max-size"
  | "source",
  Options
> = {
  ...UNIT_OPTION,
  threads: {
    alias: "t",
    type: "boolean",
    group: SHOWN,
    description: "each thread by itself",
  },
  processes: {
    type: "boolean",
    group: SHOWN,
    description: "each process by itself, below the one that started it",
  },
  roles: {
    type: "boolean",
    group: SHOWN,
    description:
      "processes of one role as one: the workers of a server, also those that were replaced",
  },
  function: {
    alias: "F",
    type: "boolean",
    group: SHOWN,
    description: "the same as --by function",
  },
  colors: {
    choices: COLOR_MODES,
    requiresArg: true,
    group: SHOWN,
    description:
      "what colours of a flame graph say first: module (the default), kind (yours, packages, standard library, native), idle, gil",
  },
  flame: {
    type: "boolean",
    group: SHOWN,
    description: "a flame graph's root at the bottom",
  },
  "perfetto-samples": {
    choices: PERFETTO_SAMPLES,
    requiresArg: true,
    group: SHOWN,
    description:
      "how samples stand in a Perfetto trace: stack (the default; read by v58 and later), perf (by older ones), slices",
  },
  "max-size": {
    type: "string",
    requiresArg: true,
    group: OUTPUT,
    description:
      "bytes that an HTML page may have, 2MB if not given; of a recording that does not fit it has fewer ticks, and says so; 0: no limit",
  },
  source: {
    type: "string",
    requiresArg: true,
    group: OUTPUT,
    description:
      "puts source text into an HTML page, read only below this directory and only if it fits the recording; RECORDED=DIR: DIR is what was RECORDED there",
  },
  title: {
    type: "string",
    requiresArg: true,
    group: SHOWN,
    description: "heading, where the format has one",
  },
  format: {
    alias: "f",
    type: "string",
    requiresArg: true,
    group: OUTPUT,
    description: [
      "one of these; without it and without -o, a summary for the terminal:",
      ...FORMAT_DESCRIPTIONS.map(({ name, description }) => `  ${name}: ${description}`),
    ].join("\n"),
  },
  output: {
    alias: "o",
    type: "string",
    requiresArg: true,
    group: OUTPUT,
    description:
      "file to write, - for standard output; its ending may stand for --format. Without it an export is named after its input",
  },
};

const PAGE_OPTIONS = [...Object.keys(FILTER_OPTIONS), "unit", "threads", "processes", "roles"];

/** Other words for `function`: a slip, and an option of py-spy that means the same here. */
const FUNCTION_SYNONYMS = ["functions", "nolineno"];

/** What the default command takes, filters included. */
export const REPORT_OPTIONS: Readonly<Record<string, Options>> = {
  ...FILTER_OPTIONS,
  ...OPTIONS,
  ...Object.fromEntries(
    FUNCTION_SYNONYMS.map((name) => [name, { type: "boolean", hidden: true } as const]),
  ),
};

/** What the parser found, with its types. */
export function reportArguments(options: ParsedOptions, io: Pick<CliIo, "cwd">): ReportArguments {
  return {
    files: options.files,
    format: options.text("format"),
    output: options.text("output"),
    view: filterView(options, io),
    pageOptions: options.given(PAGE_OPTIONS),
    threads: options.flag("threads"),
    processes: options.flag("processes"),
    roles: options.flag("roles"),
    lines: wantsLines(options),
    unit: weightUnit(options),
    colors: options.text("colors") as ColorMode | undefined,
    flame: options.flag("flame"),
    perfettoSamples: options.text("perfetto-samples") as PerfettoSamples | undefined,
    maxSize: sizeOption(options.text("max-size") ?? PAGE_SIZE, "max-size"),
    sources: options.texts("source").map((text) => parseSourceRoot(text, io)),
    title: options.text("title"),
  };
}

function wantsLines(options: ParsedOptions): boolean | undefined {
  if (["function", ...FUNCTION_SYNONYMS].some((name) => options.flag(name))) return false;
  return options.text("by") === undefined ? undefined : byLine(options);
}
