// SPDX-License-Identifier: MIT

import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { analyze } from "../cli/built-program.ts";
import { openCapture, recordLaunch } from "../support/agent.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { pythonCommand } from "../support/python-command.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// What may be compared with what, of real recordings, by the command line as it is installed.

const sample = (name: string): string =>
  fileURLToPath(new URL(`../../samples/${name}.py`, import.meta.url));

interface Answer {
  readonly doubts: readonly { readonly code: string }[];
  readonly before: Side;
  readonly after: Side;
  readonly functions: readonly {
    readonly function: string;
    readonly self: Change;
    readonly total: Change;
  }[];
}
interface Side {
  readonly name: string;
  readonly replicates: number;
  readonly recordedNanos: number;
  readonly selectedNanos: number;
}
interface Change {
  readonly verdict: string;
  readonly before: number;
  readonly after: number;
}

function diff(folder: string, ...argv: string[]): Answer {
  const { stdout, stderr, status } = analyze(folder, "diff", ...argv, "--json");
  expect(status, stderr).toBe(0);
  return (JSON.parse(stdout) as { answer: Answer }).answer;
}

function told({ functions }: Answer): string[] {
  return functions
    .filter(({ self, total }) =>
      [self, total].some(({ verdict }) => !["same", "unclear"].includes(verdict)),
    )
    .map((each) => each.function);
}

function find({ functions }: Answer, name: string): Answer["functions"][number] {
  return functions.find((each) => each.function === name)!;
}

async function record(
  output: string,
  seconds: number,
  program: readonly string[],
  ...options: (string | number)[]
): Promise<void> {
  const args = [...program, "--seconds", String(seconds + 1)];
  const command = pythonCommand(anyInterpreter, args);
  const recorded = await recordLaunch(["-d", seconds, ...options], command);
  copyFileSync(recorded.output, output);
  expect(recorded.profile.samples.length).toBeGreaterThan(0);
}

test("a worker is compared with its siblings, and threads with threads", {
  timeout: 60_000,
}, async () => {
  const folder = temporaryFolder();
  await Promise.all([
    record(join(folder, "pool.pspy"), 4, [sample("pool")], "-S", "-r", 100),
    record(join(folder, "bursty.pspy"), 4, [sample("bursty")], "-r", 250),
  ]);
  const { stdout } = analyze(folder, "processes", "pool.pspy", "--json");
  const { processes } = (
    JSON.parse(stdout) as {
      answer: { processes: { pid: number; parentPid: number; cpuNanos: number }[] };
    }
  ).answer;
  const workers = processes.filter(({ parentPid }) =>
    processes.some(({ pid }) => pid === parentPid),
  );
  const busy = workers.reduce((most, one) => (one.cpuNanos > most.cpuNanos ? one : most));
  const siblings = diff(folder, "pool.pspy", "--after-pid", String(busy.pid), "--idle");
  expect([siblings.before.replicates, siblings.after.replicates]).toEqual([2, 1]);
  expect(siblings.before.name).toContain("the 2 others");
  // The others rest for four fifths of their time.
  expect(find(siblings, "crunch").self.verdict).toBe("grew");
  expect(find(siblings, "rest").self.verdict).toBe("gone");

  const threads = ["--before-thread", "Thread-1", "--after-thread", "Thread-2", "--idle"];
  const alike = diff(folder, "bursty.pspy", ...threads);
  expect([alike.before.replicates, alike.after.replicates]).toEqual([1, 1]);
  expect(find(alike, "next_burst").self.before).toBeGreaterThan(0);
  expect(told(alike)).toEqual([]);
});

test("two stretches of one file, several files a side, and other rates", {
  timeout: 60_000,
}, async () => {
  const folder = temporaryFolder();
  const program = (render: number) => [
    sample("paced"),
    ...["parse=4", `render=${render}`, "store=4", "--per-second", "20"],
  ];
  const names = ["a1", "b1", "slow", "a2", "b2"].map((name) => join(folder, `${name}.pspy`));
  const [a1, b1, slow, a2, b2] = names as [string, string, string, string, string];
  // Side by side, so that whatever else the machine does is done to both.
  await Promise.all([
    record(a1, 5, program(4), "-r", 500),
    record(b1, 5, program(16), "-r", 500),
    record(slow, 5, program(4), "-r", 50),
  ]);
  await Promise.all([record(a2, 5, program(4), "-r", 500), record(b2, 5, program(16), "-r", 500)]);

  // A profile at a tenth of the rate of another is of the same work (CPython issue 154032).
  const rates = diff(folder, "a1.pspy", "slow.pspy");
  expect(rates.doubts.map(({ code }) => code)).toContain("rate");
  expect(told(rates)).toEqual([]);
  const { before, after } = find(rates, "handle").total;
  expect(after / before).toBeGreaterThan(0.5);
  expect(after / before).toBeLessThan(2);

  // Each capture is a part of the file, one after the other.
  writeFileSync(join(folder, "both.pspy"), Buffer.concat([readFileSync(a1), readFileSync(b2)]));
  const [first, last] = openCapture(join(folder, "both.pspy")).recordings;
  const second = (last!.startNanos - first!.startNanos) / 1e9;
  const stretches = diff(
    folder,
    ...["both.pspy", "--before-time", "0..5s"],
    ...["--after-time", `${second.toFixed(3)}s..`],
  );
  expect(find(stretches, "render").self.verdict).toBe("grew");
  expect(
    told(diff(folder, "both.pspy", "--before-time", "0..2s", "--after-time", "2..4s")),
  ).toEqual([]);

  const several = diff(
    folder,
    ...["--before", "a1.pspy", "--before", "a2.pspy", "--after", "b1.pspy", "--after", "b2.pspy"],
  );
  expect([several.before.replicates, several.after.replicates]).toEqual([2, 2]);
  expect(find(several, "render").self.verdict).toBe("grew");
  expect(several.functions.filter(({ self }) => self.verdict === "grew")).toHaveLength(1);

  const gate = ["diff", "a1.pspy", "b1.pspy", "--fail-on", "+2pp"];
  const { status, stderr } = analyze(folder, ...gate);
  // 7, if the machine was overloaded meanwhile, which it then says.
  expect([7, 9]).toContain(status);
  expect(stderr).toMatch(
    status === 9 ? /--fail-on \+2pp: .*render/ : /record several times a side/,
  );
});
