// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { HOSTILE_NAMES } from "../testing/hostile-names.ts";
import { renameFunctions, reportInput } from "../testing/report-input.ts";
import { functionName } from "../text/function-name.ts";
import { speedscope } from "./speedscope.ts";

interface File {
  name: string;
  exporter: string;
  activeProfileIndex: number;
  shared: { frames: { name: string; file?: string; line?: number }[] };
  profiles: {
    name: string;
    unit: string;
    startValue: number;
    endValue: number;
    samples: number[][];
    weights: number[];
  }[];
}

function render(...args: Parameters<typeof reportInput>): File {
  return JSON.parse([...speedscope.render(reportInput(...args))].join("")) as File;
}

/** "main;work 20" for every sample of a profile. */
function stacks({ shared, profiles }: File, profile: number): string[] {
  const { samples, weights } = profiles[profile]!;
  return samples.map((stack, index) => {
    const names = stack.map(
      (frame) => `${shared.frames[frame]!.name}:${shared.frames[frame]!.line}`,
    );
    return `${names.join(";")} ${weights[index]! / 1e6}`;
  });
}

const TEXT = `
  worker-10 R: run;loop 10
  worker-2 S: run;wait 4
  worker-2 R: run;loop 2
  worker-2 S: run;wait 4
  MainThread R: main:3;work:7 6
  MainThread S: main:4 4
`;

test("a profile a thread, in real time", () => {
  const file = render(TEXT);
  expect(file.name).toBe("python app.py");
  expect(file.exporter).toBe("pyspy-analyze@1.2.3");
  expect(file.profiles.map(({ name }) => name.replace(/\d{3,}/, "N"))).toEqual([
    'Thread N "MainThread"',
    'Thread N "worker-2"',
    'Thread N "worker-10"',
    "All threads, merged",
  ]);
  expect(stacks(file, 0)).toEqual(["main:3;work:7 60", "main:4 40"]);
  for (const { unit, startValue, endValue } of file.profiles.slice(0, -1)) {
    expect({ unit, startValue, endValue }).toEqual({
      unit: "nanoseconds",
      startValue: 0,
      endValue: 100_000_000,
    });
  }
});

test("all threads together come last, each stack once", () => {
  const file = render(TEXT);
  expect(stacks(file, 3).sort()).toEqual([
    "main:3;work:7 60",
    "main:4 40",
    "run:1;loop:1 120",
    "run:1;wait:1 80",
  ]);
  expect(file.profiles[3]!.endValue).toBe(300_000_000);
  expect(render("main R: main 3").profiles).toHaveLength(1);
});

test("what a filter left out is a gap, so that axes stay aligned", () => {
  const file = render(TEXT, { active: true });
  expect(stacks(file, 0)).toEqual(["main:3;work:7 60", " 40"]);
  expect(stacks(file, 1)).toEqual([" 40", "run:1;loop:1 20", " 40"]);
});

test("by function, a frame has the line where the function starts", () => {
  const file = render("main R: main:3;work:7 2\nmain R: main:4;work:8 3", { lines: false });
  expect(file.shared.frames).toHaveLength(2);
  expect(file.profiles[0]!.weights).toEqual([50_000_000]);
});

test("any name is written as visible text", () => {
  const text = HOSTILE_NAMES.map((_, index) => `main R: top;f${index} 1`).join("\n");
  const file = render(text, {
    change: (profile) =>
      renameFunctions(profile, (name) => HOSTILE_NAMES[Number(name.slice(1))] ?? name),
  });
  const names = file.shared.frames.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(HOSTILE_NAMES.map(functionName)));
});

test("nothing selected is a file without profiles", () => {
  expect(render("main S: main 3", { active: true }).profiles).toEqual([]);
});
