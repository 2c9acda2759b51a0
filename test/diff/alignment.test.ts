// SPDX-License-Identifier: MIT

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Comparison,
  DEFAULT_FALSE_DISCOVERY_RATE,
  DEFAULT_THRESHOLD,
  doubtsOf,
  type FunctionChange,
  type Matching,
  type Replicate,
  SideComparison,
  selectView,
} from "@pyspy/analyze";
import { expect, test } from "vitest";
import { recordLaunch } from "../support/agent.ts";
import {
  findInterpreters,
  type Interpreter,
  programPath,
  pythonCommand,
} from "../support/interpreters.ts";
import { anyInterpreter, supportedInterpreters } from "../support/on-each-python.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// One and the same program, samples/paced.py, as it stands in another checkout, after edits, on another Python.

const SAMPLES = fileURLToPath(new URL("../../samples/", import.meta.url));
const STEPS = ["parse", "render", "store"];
const COSTS = ["parse=4", "render=4", "store=4", "--per-second", "15"];
const SECONDS = 3;

/** The program in a folder of its own, its source changed. */
function checkout(name: string, change: (source: string, folder: string) => string): string {
  const folder = join(temporaryFolder(), name);
  mkdirSync(folder);
  copyFileSync(join(SAMPLES, "sample_protocol.py"), join(folder, "sample_protocol.py"));
  const source = change(readFileSync(join(SAMPLES, "paced.py"), "utf8"), folder);
  writeFileSync(join(folder, "paced.py"), source);
  return join(folder, "paced.py");
}

async function recorded(python: Interpreter, program: string): Promise<Replicate[]> {
  const args = [programPath(python, program), ...COSTS, "--seconds", String(SECONDS + 1)];
  const launched = await recordLaunch(["-d", SECONDS, "-r", 250], pythonCommand(python, args));
  return [{ selection: selectView(launched.profile, {}) }];
}

function compared(before: Replicate[], after: Replicate[], matching?: Matching) {
  const comparison = new SideComparison(before, after, {
    unit: "wall-nanos",
    measure: "rate",
    threshold: DEFAULT_THRESHOLD,
    falseDiscoveryRate: DEFAULT_FALSE_DISCOVERY_RATE,
    matching,
  }).functions();
  const codes = doubtsOf(before, after, comparison).map(({ code }) => code);
  return { comparison, codes };
}

function find({ functions }: Comparison, name: string): FunctionChange | undefined {
  return functions.find(({ label }) => label.name === name);
}

/** Names of `among` that are one function on both sides. */
function aligned(comparison: Comparison, among: readonly string[]): string[] {
  return among.filter((name) => {
    const total = find(comparison, name)?.total;
    return total !== undefined && total.before > 0 && total.after > 0;
  });
}

test("edited lines, another checkout, new names and other files: aligned, or proposed", {
  timeout: 60_000,
}, async () => {
  const edited = checkout("edited", (source) =>
    source.replace("import random", "# A line more\n# and another\nimport random"),
  );
  const renamed = checkout("renamed", (source) => source.replaceAll(/\bstore\b/g, "persist"));
  const moved = checkout("moved", (source, folder) => {
    const [start, end] = [source.indexOf("def render"), source.indexOf("def store")];
    const step = source.slice(start, end);
    writeFileSync(join(folder, "pages.py"), `from sample_protocol import thread_time\n\n\n${step}`);
    return source.replace(step, "from pages import render\n\n\n");
  });
  const run = (program: string) => recorded(anyInterpreter, program);
  const [base, ...others] = (await Promise.all([
    run(join(SAMPLES, "paced.py")),
    run(edited),
    // The new name is given in the program's options, too.
    recordedRenamed(renamed),
    run(moved),
  ])) as [Replicate[], Replicate[], Replicate[], Replicate[]];
  const [afterEdit, afterRename, afterMove] = others;

  expect(aligned(compared(base, afterEdit).comparison, [...STEPS, "handle", "main"])).toEqual([
    ...STEPS,
    "handle",
    "main",
  ]);

  const { comparison } = compared(base, afterRename);
  expect(aligned(comparison, STEPS)).toEqual(["parse", "render"]);
  expect(find(comparison, "store")!.total.after).toBe(0);
  expect(find(comparison, "persist")!.total.before).toBe(0);
  const renames = new Map([["store", "persist"]]);
  const one = compared(base, afterRename, { by: "file", renames }).comparison;
  expect(aligned(one, ["parse", "render", "persist"])).toHaveLength(3);

  const { comparison: byFile } = compared(base, afterMove);
  expect(aligned(byFile, ["parse", "store"])).toHaveLength(2);
  // Two functions of that name, each on one side.
  const halves = byFile.functions.filter(({ label }) => label.name === "render");
  expect(halves.map(({ total }) => [total.before > 0, total.after > 0]).sort()).toEqual([
    [false, true],
    [true, false],
  ]);
  const byName = compared(base, afterMove, { by: "name", renames: new Map() }).comparison;
  expect(aligned(byName, STEPS)).toEqual(STEPS);
});

async function recordedRenamed(program: string): Promise<Replicate[]> {
  const costs = COSTS.map((word) => word.replace("store", "persist"));
  const args = [program, ...costs, "--seconds", String(SECONDS + 1)];
  const command = pythonCommand(anyInterpreter, args);
  const { profile } = await recordLaunch(["-d", SECONDS, "-r", 250], command);
  return [{ selection: selectView(profile, {}) }];
}

const all = (await findInterpreters()).filter(
  ({ freeThreaded, debug, musl }) => !freeThreaded && !debug && !musl,
);
const patches = all.flatMap((one) => {
  const other = all.find(({ minor, version }) => minor === one.minor && version !== one.version);
  return other === undefined ? [] : [[one, other] as const];
})[0];

test.skipIf(patches === undefined)(
  `another patch release: aligned, and comparable${patches === undefined ? " (there are no two of one minor version here)" : `: ${patches[0].version}, ${patches[1].version}`}`,
  { timeout: 60_000 },
  async () => {
    const program = join(SAMPLES, "paced.py");
    const sides = await Promise.all(patches!.map((python) => recorded(python, program)));
    const { comparison, codes } = compared(sides[0]!, sides[1]!);
    expect(aligned(comparison, [...STEPS, "handle"])).toEqual([...STEPS, "handle"]);
    expect(codes).not.toContain("python-version");
    expect(comparison.bareNames).toBe(false);
  },
);

test("another minor version: aligned, and said to be comparable with care only", {
  timeout: 60_000,
}, async () => {
  const [older, newer] = [
    supportedInterpreters.find(({ minor }) => minor === "3.9"),
    anyInterpreter,
  ];
  const program = join(SAMPLES, "paced.py");
  const sides = await Promise.all([older!, newer].map((python) => recorded(python, program)));
  const { comparison, codes } = compared(sides[0]!, sides[1]!);
  expect(aligned(comparison, [...STEPS, "handle"])).toEqual([...STEPS, "handle"]);
  expect(codes).toContain("python-version");
  // 3.9 does not know qualified names.
  expect(comparison.bareNames).toBe(true);
});
