// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { HOSTILE_NAMES } from "../testing/hostile-names.ts";
import { renameFunctions, reportInput } from "../testing/report-input.ts";
import { functionName } from "../text/function-name.ts";
import { firefox } from "./firefox.ts";

interface File {
  meta: { startTime: number; interval: number };
  threads: {
    name: string;
    isMainThread: boolean;
    pid: string;
    samples: {
      stack: (number | null)[];
      time: number[];
      weight: number[];
      threadCPUDelta?: number[];
      length: number;
    };
    markers: { name: number[]; startTime: number[]; endTime: number[] };
  }[];
  shared: {
    stackTable: { frame: number[]; prefix: (number | null)[] };
    frameTable: { func: number[]; line: (number | null)[] };
    funcTable: { name: number[] };
    stringArray: string[];
  };
}

function render(...args: Parameters<typeof reportInput>): File {
  return JSON.parse([...firefox.render(reportInput(...args))].join("")) as File;
}

function stackText({ shared }: File, stack: number | null): string {
  if (stack === null) return "";
  const { stackTable, frameTable, funcTable, stringArray } = shared;
  const frame = stackTable.frame[stack]!;
  const name = stringArray[funcTable.name[frameTable.func[frame]!]!]!;
  const text = `${name}:${frameTable.line[frame]}`;
  const prefix = stackTable.prefix[stack]!;
  return prefix === null ? text : `${stackText({ shared } as File, prefix)};${text}`;
}

const TEXT = `
  main gil R: main:3;work:7 2
  main S: main:4 1
  main waits S: main:4 1
  main R: main:3 1
`;

test("a sample for each observation, with time, weight and CPU time before it", () => {
  const file = render(TEXT, { capture: { cpu: true } });
  expect(file.meta).toMatchObject({ startTime: 1_700_000_000_000, interval: 10 });
  const [thread] = file.threads;
  expect(thread).toMatchObject({ name: "main", isMainThread: true, pid: "42" });
  const { stack, time, weight, threadCPUDelta } = thread!.samples;
  expect(stack.map((each) => stackText(file, each))).toEqual([
    "main:3;work:7",
    "main:3;work:7",
    "main:4",
    "main:4",
    "main:3",
  ]);
  expect(time).toEqual([0, 10, 20, 30, 40]);
  expect(weight).toEqual([10, 10, 10, 10, 10]);
  // What it used before it was seen blocked is that of the two samples before.
  expect(threadCPUDelta).toEqual([0, 15e6, 15e6, 0, 10e6]);
});

test("where nothing is selected stands a sample without a stack", () => {
  const file = render(TEXT, { active: true });
  const { stack, time, weight, length } = file.threads[0]!.samples;
  expect(length).toBe(4);
  expect(stack.map((each) => stackText(file, each))).toEqual([
    "main:3;work:7",
    "main:3;work:7",
    "",
    "main:3",
  ]);
  expect(time).toEqual([0, 10, 20, 40]);
  expect(weight).toEqual([10, 10, 0, 10]);
});

test("the GIL is held and waited for, also by threads that are left out", () => {
  const file = render(TEXT, { active: true });
  const { name, startTime, endTime } = file.threads[0]!.markers;
  const names = name.map((index) => file.shared.stringArray[index]);
  expect(names).toEqual(["holds the GIL", "waits for the GIL"]);
  expect(startTime).toEqual([0, 30]);
  expect(endTime).toEqual([20, 40]);
});

test("any name is written as visible text", () => {
  const text = HOSTILE_NAMES.map((_, index) => `main R: top;f${index} 1`).join("\n");
  const { shared } = render(text, {
    change: (profile) =>
      renameFunctions(profile, (name) => HOSTILE_NAMES[Number(name.slice(1))] ?? name),
  });
  const names = shared.funcTable.name.map((index) => shared.stringArray[index]);
  expect(names.sort()).toEqual(["top", ...HOSTILE_NAMES.map(functionName)].sort());
});

test("nothing selected is a file without threads", () => {
  expect(render("main S: main 3", { active: true }).threads).toEqual([]);
});
