// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { HOSTILE_NAMES } from "../testing/hostile-names.ts";
import { renameFunctions, reportInput } from "../testing/report-input.ts";
import { json } from "./json.ts";

interface File {
  selection: { samples: number; wallNanos: number };
  answer: {
    originRealtimeNanos: string;
    threads: { name: string }[];
    functions: { name: string }[];
    frames: { function: number[]; line: number[] };
    stacks: { parent: number[]; frame: number[] };
    states: { idle: boolean; gilHeld: boolean | null; osState: string | null }[];
    runs: Record<string, number[]>;
  };
}

const schema = JSON.parse(
  readFileSync(new URL("../../../../docs/profile.schema.json", import.meta.url), "utf8"),
) as object;
const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema);

function render(...args: Parameters<typeof reportInput>): File {
  const file = JSON.parse([...json.render(reportInput(...args))].join("")) as File;
  validate(file);
  expect(validate.errors).toBeNull();
  return file;
}

test("columns say who did what when, and follow the published schema", () => {
  const { answer, selection } = render("main gil R: main:3;work:7 2\nworker S: run 3");
  const { threads, functions, frames, stacks, states, runs } = answer;
  const stackText = (stack: number): string => {
    if (stack < 0) return "";
    const frame = stacks.frame[stack]!;
    const text = `${functions[frames.function[frame]!]!.name}:${frames.line[frame]}`;
    return `${stackText(stacks.parent[stack]!)};${text}`;
  };
  const rows = runs["thread"]!.map((thread, i) => ({
    thread: threads[thread]!.name,
    stack: stackText(runs["stack"]![i]!),
    os: states[runs["state"]![i]!]!.osState,
    gil: states[runs["state"]![i]!]!.gilHeld,
    start: runs["startNanos"]![i],
    wall: runs["wallNanos"]![i],
    samples: runs["samples"]![i],
  }));
  expect(rows).toEqual([
    {
      thread: "main",
      stack: ";main:3;work:7",
      os: "R",
      gil: true,
      start: 0,
      wall: 20e6,
      samples: 2,
    },
    { thread: "worker", stack: ";run:1", os: "S", gil: false, start: 0, wall: 30e6, samples: 3 },
  ]);
  expect(answer.originRealtimeNanos).toBe("1700000000000000000");
  expect(selection).toMatchObject({ samples: 5, wallNanos: 50e6 });
});

test("only what is selected has runs", () => {
  const { answer } = render("main R: main 2\nworker S: run 3", { active: true });
  expect(answer.runs["samples"]).toEqual([2]);
});

test("names are as recorded, whatever they are", () => {
  const text = HOSTILE_NAMES.map((_, index) => `main R: top;f${index} 1`).join("\n");
  const { answer } = render(text, {
    change: (profile) =>
      renameFunctions(profile, (name) => HOSTILE_NAMES[Number(name.slice(1))] ?? name),
  });
  expect(answer.functions.map(({ name }) => name).sort()).toEqual(["top", ...HOSTILE_NAMES].sort());
});
