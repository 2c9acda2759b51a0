// SPDX-License-Identifier: MIT

import type { Selection, WeightUnit } from "@pyspy/analyze";
import type { ColorMode } from "./flamegraph/color-mode.ts";
import type { Direction } from "./flamegraph/view-hash.ts";
import type { PageInput } from "./html/page-input.ts";
import type { PerfettoSamples } from "./perfetto/samples-mode.ts";

/** A kind of output. Each is one file or folder here, and one line in `formats`. */
export interface ReportFormat {
  readonly name: FormatName;
  /** One line for `--help`. */
  readonly description: string;
  /** Ending of files of this kind, ".svg"; the first is the one to write. */
  readonly extensions: readonly [string, ...string[]];
  /**
   * "gzip": bytes that whoever writes them must compress, as every reader of the format expects it.
   * Files of the other kinds are compressed when their name ends in ".gz".
   */
  readonly content: "text" | "binary" | "gzip";
  /** Its frames differ by function, unless lines are asked for; those of others differ by line. */
  readonly byFunction?: boolean;
  /** It shows when things were: recordings without times cannot be written so. */
  readonly needsTimes?: boolean;
  /** It shows and carries what stands in `ReportInput.page`. */
  readonly needsPage?: boolean;
  /** The output in pieces, made as they are taken, so that a large one need not fit in memory. */
  render(input: ReportInput): Iterable<OutputPiece>;
}

/** Text to be written as UTF-8, or bytes, which are not written to again. */
export type OutputPiece = string | Uint8Array;

export type FormatName =
  | "flamegraph"
  | "flamechart"
  | "html"
  | "speedscope"
  | "perfetto"
  | "chrometrace"
  | "pprof"
  | "firefox"
  | "callgrind"
  | "otlp"
  | "json"
  | "raw";

/** What a report shows, and what it must say about itself. */
export interface ReportInput {
  /** The part of a profile to show, and through `recorded` what it is a part of. */
  readonly selection: Selection;
  readonly options: ReportOptions;
  readonly provenance: Provenance;
  /** For formats with `needsPage`; without it, what it holds is left out. */
  readonly page?: PageInput | undefined;
}

export interface ReportOptions {
  /** What is added up, where the format leaves a choice (flame graphs). */
  readonly unit: WeightUnit;
  /** Frames differ by line; otherwise by function. */
  readonly lines: boolean;
  /** One tree per thread instead of all threads together. */
  readonly threads: boolean;
  /** One tree per process. */
  readonly processes: boolean | "role";
  /** What colours say first, where the format has colours; default "module". */
  readonly colors?: ColorMode | undefined;
  /** Whether the root stands at the top ("icicle", the default) or at the bottom, where there is one. */
  readonly direction?: Direction | undefined;
  /** How samples stand in a Perfetto trace; default "stack". */
  readonly perfettoSamples?: PerfettoSamples | undefined;
  /** What is said of each process besides, where the format has a place for it (OpenTelemetry's resources). */
  readonly resourceAttributes?: ReadonlyMap<string, string> | undefined;
  /** Heading of the report; without one, what was recorded. */
  readonly title?: string | undefined;
}

/** Where a report comes from: enough to make it again. */
export interface Provenance {
  /** The exact command line, "pyspy-analyze run.pspy --gil -o run.svg". */
  readonly command: string;
  /** Version of the program that rendered, "0.1.0". */
  readonly version: string;
}
