// SPDX-License-Identifier: MIT

import { fileURLToPath } from "node:url";
import {
  DEFAULT_FALSE_DISCOVERY_RATE,
  DEFAULT_THRESHOLD,
  type Profile,
  parseTimePoint,
  SideComparison,
  selectView,
} from "@pyspy/analyze";
import { told } from "@pyspy/report";
import { expect, test } from "vitest";
import { recordLaunch } from "../support/agent.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { pythonCommand } from "../support/python-command.ts";

// A few pairs of what `npm run bench -- diff` does with 200: recordings of the same work, made one after the other.

const SECONDS = 5;
const AT_A_TIME = 4;
const BURSTY = fileURLToPath(new URL("../../samples/bursty.py", import.meta.url));

async function batch(): Promise<Profile[]> {
  const args = [BURSTY, "--seconds", String(SECONDS + 1)];
  const one = async (): Promise<Profile> => {
    const options = ["-d", SECONDS, "-r", 250];
    return (await recordLaunch(options, pythonCommand(anyInterpreter, args))).profile;
  };
  return Promise.all(Array.from({ length: AT_A_TIME }, one));
}

test("recordings of the same bursty work differ, and no function is said to have changed", {
  timeout: 60_000,
}, async () => {
  const [before, after] = [await batch(), await batch()];
  const pairs = before.map((profile, index) => [profile, after[index]!] as const);
  const changed = pairs.map((pair) => {
    const names = new Set<string>();
    for (const unit of ["wall-nanos", "cpu-nanos"] as const) {
      for (const idle of [false, true]) {
        // Without its start, which imports.
        const view = { idle, from: parseTimePoint("1s") };
        const within = [{ fromNanos: 1e9, toNanos: Number.POSITIVE_INFINITY }];
        const [one, two] = pair.map((profile) => [
          { selection: selectView(profile, view), within },
        ]);
        const comparison = new SideComparison(one!, two!, {
          unit,
          measure: "rate",
          threshold: DEFAULT_THRESHOLD,
          falseDiscoveryRate: DEFAULT_FALSE_DISCOVERY_RATE,
        }).functions();
        const differing = comparison.functions.filter(
          ({ self }) => Math.abs(self.difference) > 0.15 * self.before,
        );
        // What a palette would colour: they do differ.
        if (idle) expect(differing.length).toBeGreaterThan(0);
        for (const kind of ["self", "total"] as const) {
          for (const { label } of told(comparison, kind)) names.add(label.name);
        }
      }
    }
    return [...names];
  });
  // One in twenty may be.
  expect(changed.filter((names) => names.length > 0).length).toBeLessThanOrEqual(1);
});
