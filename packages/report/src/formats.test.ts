// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { formatByName, formatForPath, formats } from "./formats.ts";
import { reportInput } from "./testing/report-input.ts";

test.each([
  ["run.svg", "flamegraph"],
  ["RUN.SVG", "flamegraph"],
  ["out/run.speedscope.json", "speedscope"],
  ["run.json", "json"],
  ["run.trace.json", "chrometrace"],
  ["run.pftrace.gz", "perfetto"],
  ["run.firefox.json.gz", "firefox"],
  ["run.callgrind", "callgrind"],
  ["run.otlp", "otlp"],
  ["run.txt", "raw"],
  ["run.folded", "raw"],
  ["run.txt.gz", "raw"],
  ["run.pb.gz", "pprof"],
  ["run.pb", "pprof"],
  ["run.pprof", "pprof"],
  ["run.gz", undefined],
  ["run.pspy", undefined],
  ["svg", undefined],
])("%s is written as %s", (path, name) => {
  expect(formatForPath(path)?.name).toBe(name);
});

test("names find their formats", () => {
  for (const format of formats) expect(formatByName(format.name)).toBe(format);
  expect(formatByName("flame")).toBeUndefined();
});

test.each(formats.map((format) => [format.name, format] as const))(
  "%s: equal input gives equal output",
  (_, format) => {
    const render = () => [...format.render(reportInput("main R: main;work 3", { threads: true }))];
    expect(render()).toEqual(render());
  },
);
