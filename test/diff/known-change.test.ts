// SPDX-License-Identifier: MIT

import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type CompareOptions,
  compareWithItself,
  DEFAULT_FALSE_DISCOVERY_RATE,
  DEFAULT_THRESHOLD,
  type FunctionChange,
  type Selection,
  SideComparison,
  selectView,
} from "@pyspy/analyze";
import { expect, test } from "vitest";
import { recordLaunch } from "../support/agent.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { pythonCommand } from "../support/python-command.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// samples/paced.py: requests at a constant rate, of which each step uses as much CPU time as asked.

const SECONDS = 4;
/** Both sides run side by side, so that whatever else the machine does is done to both. */
const PAIRS = 4;
const SAMPLES = fileURLToPath(new URL("../../samples/", import.meta.url));

const OPTIONS: CompareOptions = {
  unit: "wall-nanos",
  measure: "rate",
  threshold: DEFAULT_THRESHOLD,
  falseDiscoveryRate: DEFAULT_FALSE_DISCOVERY_RATE,
};

interface Sides {
  readonly before: Selection[];
  readonly after: Selection[];
}

/** The program in another checkout, edited: its lines are others, and `store` has a new name. */
function editedCheckout(): string {
  const folder = temporaryFolder();
  copyFileSync(join(SAMPLES, "sample_protocol.py"), join(folder, "sample_protocol.py"));
  const source = readFileSync(join(SAMPLES, "paced.py"), "utf8")
    .replace("import random", "# A line more\n# and another\nimport random")
    .replace("def store(", "def persist(")
    .replace('"store": store', '"store": persist');
  writeFileSync(join(folder, "paced.py"), source);
  return join(folder, "paced.py");
}

async function recordPaced(program: string, renderMillis: number): Promise<Selection> {
  const costs = ["parse=3", `render=${renderMillis}`, "store=3", "--per-second", "20"];
  const args = [program, ...costs, "--seconds", String(SECONDS + 1)];
  const { profile } = await recordLaunch(
    ["-d", SECONDS, "-r", 200],
    pythonCommand(anyInterpreter, args),
  );
  return selectView(profile, {});
}

async function recordSides(): Promise<Sides> {
  const edited = editedCheckout();
  const sides: Sides = { before: [], after: [] };
  for (let pair = 0; pair < PAIRS; pair++) {
    const [before, after] = await Promise.all([
      recordPaced(join(SAMPLES, "paced.py"), 3),
      recordPaced(edited, 15),
    ]);
    sides.before.push(before!);
    sides.after.push(after!);
  }
  return sides;
}

function compare(before: Selection[], after: Selection[], renames = new Map<string, string>()) {
  const replicates = (side: Selection[]) => side.map((selection) => ({ selection }));
  const comparison = new SideComparison(replicates(before), replicates(after), {
    ...OPTIONS,
    matching: { by: "file", renames },
  }).functions();
  const verdict = (name: string) => byName(comparison.functions, name)?.self.verdict;
  return { comparison, verdict };
}

function byName(functions: readonly FunctionChange[], name: string): FunctionChange | undefined {
  return functions.find(({ label }) => label.name === name);
}

test("a known change is found and named, and no other function is said to take more time", {
  timeout: 120_000,
}, async () => {
  const sides = await recordSides();
  const { comparison, verdict } = compare(sides.before, sides.after);
  expect(comparison.betweenReplicates).toBe(true);
  expect(verdict("render")).toBe("grew");
  // Who else uses the machine, and when, may shorten other steps; it makes none of them longer.
  expect(verdict("parse")).not.toBe("grew");

  // Across checkouts and edited lines, functions are the same, but for the one with another name.
  for (const name of ["parse", "render", "main"]) {
    const { total } = byName(comparison.functions, name)!;
    expect(total.before).toBeGreaterThan(0);
    expect(total.after).toBeGreaterThan(0);
  }
  expect(byName(comparison.functions, "store")?.total.after).toBe(0);
  expect(byName(comparison.functions, "persist")?.total.before).toBe(0);
  const renamed = compare(sides.before, sides.after, new Map([["store", "persist"]]));
  expect(renamed.verdict("store")).toBeUndefined();
  expect(["same", "unclear", "shrank"]).toContain(renamed.verdict("persist"));
  expect(renamed.verdict("render")).toBe("grew");

  // A recording against itself: one in twenty may find something.
  const found = [...sides.before, ...sides.after].map((selection) => {
    const { functions } = compareWithItself({ selection }, OPTIONS).alternating;
    return functions.flatMap(({ label, self, total }) =>
      [self, total]
        .filter(({ verdict }) => !["same", "unclear"].includes(verdict))
        .map(({ verdict, before, after }) => `${label.name} ${verdict}: ${before}, ${after}`),
    );
  });
  const alarms = found.filter((told) => told.length > 0);
  expect(alarms.length, alarms.join("; ")).toBeLessThanOrEqual(1);
});
