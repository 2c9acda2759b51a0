// SPDX-License-Identifier: MIT

import { callgrind } from "./callgrind/callgrind.ts";
import { chrometrace } from "./chrometrace/chrometrace.ts";
import { firefox } from "./firefox/firefox.ts";
import { flamechart } from "./flamechart/flamechart.ts";
import { flamegraph } from "./flamegraph/flamegraph.ts";
import { html } from "./html/html.ts";
import { json } from "./json/json.ts";
import { otlp } from "./otlp/otlp.ts";
import { perfetto } from "./perfetto/perfetto.ts";
import { pprof } from "./pprof/pprof.ts";
import { raw } from "./raw/raw.ts";
import type { ReportFormat } from "./report-format.ts";
import { speedscope } from "./speedscope/speedscope.ts";

/** All outputs, in the order in which help lists them. */
export const formats: readonly ReportFormat[] = [
  flamegraph,
  html,
  flamechart,
  speedscope,
  perfetto,
  firefox,
  chrometrace,
  pprof,
  callgrind,
  otlp,
  json,
  raw,
];

/** The format of that name; `undefined`: there is none. */
export function formatByName(name: string): ReportFormat | undefined {
  return formats.find((format) => format.name === name);
}

/** Whether the name says that the file is compressed. */
export function isGzipPath(path: string): boolean {
  return /\.gz$/i.test(path);
}

/**
 * The format that a file's ending asks for, upper or lower case, compressed (".gz") or not; the
 * longest ending wins, so that "run.speedscope.json" is not taken for any other kind of JSON.
 * `undefined`: no format claims it.
 */
export function formatForPath(path: string): ReportFormat | undefined {
  const name = path.toLowerCase().replace(/\.gz$/, "");
  let best: ReportFormat | undefined;
  let longest = 0;
  for (const format of formats) {
    for (const extension of format.extensions) {
      if (name.endsWith(extension.replace(/\.gz$/, "")) && extension.length > longest) {
        best = format;
        longest = extension.length;
      }
    }
  }
  return best;
}
