// SPDX-License-Identifier: MIT

import { describe, expect, test } from "vitest";
import { formatByName, formatForPath, formats } from "./formats.ts";
import { reportInput } from "./testing/report-input.ts";

test.each([
  ["run.svg", "flamegraph"],
  ["RUN.SVG", "flamegraph"],
  ["run.flamechart.svg", "flamechart"],
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

/** Flame graphs, charts and pages have a bounded size, but for the recordings that pages carry; in OpenTelemetry's format a process is one message. */
const WHOLE: readonly string[] = ["flamechart", "flamegraph", "html", "otlp"];

describe("a large output comes in pieces", () => {
  const lines = Array.from({ length: 10_000 }, (_, i) => `main gil R: main;f${i} 1\nmain S: f 1`);
  const input = reportInput(lines.join("\n"), { capture: { blockTicks: 8192 } });

  test.each(formats.map(({ name }) => name).filter((name) => !WHOLE.includes(name)))(
    "%s",
    (name) => {
      const pieces = [...formatByName(name)!.render(input)];
      const lengths = pieces.map(({ length }) => length);
      const total = lengths.reduce((sum, length) => sum + length, 0);
      expect(total).toBeGreaterThan(300_000);
      expect(Math.max(...lengths)).toBeLessThan(total / 2);
      // What holds between pieces holds nowhere in small outputs.
      if (formatByName(name)!.extensions[0].endsWith(".json")) JSON.parse(pieces.join(""));
    },
  );
});
