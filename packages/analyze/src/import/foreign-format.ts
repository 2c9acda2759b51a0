// SPDX-License-Identifier: MIT

/** Formats of other recorders that are read. */
export type ForeignFormat =
  | "collapsed"
  | "speedscope"
  | "pprof"
  | "tachyon"
  | "tachyon-jsonl"
  | "austin"
  | "austin-mojo";

/** All of them, with what people call them. */
export const FOREIGN_FORMATS: Readonly<Record<ForeignFormat, string>> = {
  collapsed: "collapsed stacks",
  speedscope: "a speedscope file",
  pprof: "a pprof profile",
  tachyon: "a binary recording of profiling.sampling",
  "tachyon-jsonl": "JSON lines of profiling.sampling",
  austin: "austin's text",
  "austin-mojo": "austin's MOJO",
};

/** What a file does not say of itself. */
export interface ImportOptions {
  /** How often the recorder looked, where the file counts samples and does not say it. */
  readonly rateHertz?: number | undefined;
}
