// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { HOSTILE_NAMES } from "../testing/hostile-names.ts";
import { renameFunctions, reportInput } from "../testing/report-input.ts";
import { functionName } from "../text/function-name.ts";
import { chrometrace } from "./chrometrace.ts";

interface TraceEvent {
  ph: string;
  name?: string;
  pid: number;
  tid: number;
  ts?: number;
  dur?: number;
  args?: Record<string, unknown>;
}

function render(...args: Parameters<typeof reportInput>): { text: string; events: TraceEvent[] } {
  const text = [...chrometrace.render(reportInput(...args))].join("");
  return { text, events: (JSON.parse(text) as { traceEvents: TraceEvent[] }).traceEvents };
}

test("slices nest, in whole microseconds since 1970", () => {
  const { text, events } = render("main R: main;work 2\nmain R: main 1", {
    capture: { startRealtimeNanos: 1_700_000_000_123_456_789n },
  });
  const slices = events.filter(({ ph }) => ph === "X");
  expect(slices.map(({ name, dur }) => [name, dur])).toEqual([
    ["main", 30_000],
    ["work", 20_000],
  ]);
  expect(text).toContain('"ts":1700000000123457,"dur":20000');
  expect(text).toContain('"ts":1700000000123457,"dur":30000');
});

test("processes and threads have their names, and their places", () => {
  const { events } = render("worker R: run 1\nmain R: main 1");
  const names = events.filter(({ ph }) => ph === "M").map(({ name, args }) => [name, args]);
  expect(names).toEqual([
    ["process_name", { name: "python app.py" }],
    ["thread_name", { name: "main" }],
    ["thread_sort_index", { sort_index: 0 }],
    ["thread_name", { name: "worker" }],
    ["thread_sort_index", { sort_index: 1 }],
  ]);
});

test("any name is valid JSON and visible text", () => {
  const text = HOSTILE_NAMES.map((_, index) => `main R: top;f${index} 1`).join("\n");
  const { events } = render(text, {
    change: (profile) =>
      renameFunctions(profile, (name) => HOSTILE_NAMES[Number(name.slice(1))] ?? name),
  });
  const names = events.filter(({ ph }) => ph === "X").map(({ name }) => name);
  expect(names).toEqual(["top", ...HOSTILE_NAMES.map(functionName)]);
});

test("nothing selected is a trace without events", () => {
  expect(render("main S: main 3", { active: true }).events).toEqual([]);
});
