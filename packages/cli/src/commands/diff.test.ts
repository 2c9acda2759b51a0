// SPDX-License-Identifier: MIT

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CaptureOptions, captureOf } from "../../../analyze/src/testing/capture-writer.ts";
import { randomNumbers } from "../../../analyze/src/testing/random.ts";
import { readSvg } from "../../../report/src/testing/read-svg.ts";
import { main } from "../main.ts";
import { memoryIo } from "../testing/memory-io.ts";

let folder: string;

/** Half a minute of calls of a tick or two, of which `hot` are of one function. */
function work(seed: number, hot: number, thread = "main"): string {
  const random = randomNumbers(seed);
  const lines: string[] = [];
  for (let ticks = 0; ticks < 3000; ) {
    const name = random() < hot ? "hot" : random() < 0.5 ? "warm" : "cold";
    const length = random() < 0.3 ? 2 : 1;
    lines.push(`${thread} R: main;${name} ${length}`);
    ticks += length;
  }
  return lines.join("\n");
}

function record(name: string, text: string, options: CaptureOptions = {}): void {
  writeFileSync(join(folder, name), captureOf(text, { blockTicks: 500, cpu: true, ...options }));
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-diff-"));
  record("before.pspy", work(1, 0.2));
  record("again.pspy", work(2, 0.2));
  record("after.pspy", work(3, 0.4));
  record("turned.pspy", `${work(4, 0.2)}\n${work(5, 0.4)}`);
  const workers = Array.from({ length: 6 }, (_, i) => work(20 + i, i === 5 ? 0.4 : 0.2, `w${i}`));
  record("workers.pspy", workers.join("\n"));
  record("empty.pspy", "main S: main;wait 3000");
});

afterAll(() => rmSync(folder, { recursive: true }));

async function run(...argv: readonly string[]) {
  const io = memoryIo({ cwd: folder });
  const code = await main(["diff", ...argv], io);
  return { code, out: io.out(), err: io.err() };
}

interface DiffJson {
  readonly answer: {
    readonly comparable: boolean;
    readonly doubts: readonly { readonly code: string }[];
    readonly before: { readonly replicates: number; readonly recordedNanos: number };
    readonly functions: readonly {
      readonly function: string;
      readonly self: { readonly verdict: string; readonly before: number; readonly after: number };
    }[];
  };
}

async function verdicts(...argv: readonly string[]): Promise<Record<string, string>> {
  const { answer } = JSON.parse((await run(...argv, "--json")).out) as DiffJson;
  return Object.fromEntries(answer.functions.map((each) => [each.function, each.self.verdict]));
}

describe("diff", { timeout: 60_000 }, () => {
  it("says first what changed, then shows it", async () => {
    const { code, out, err } = await run("before.pspy", "after.pspy");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const lines = out.split("\n");
    expect(lines[0]).toBe("before.pspy → after.pspy");
    expect(lines[1]).toContain("Comparable");
    expect(out).toMatch(/hot\s+takes more time/);
    expect(out).toMatch(/Changed by themselves\n.*\n\s+\d+ ms\/s\s+\d+ ms\/s\s+\+\d+ ms\/s/);
  });

  it("finds nothing between recordings of the same, or in one of itself", async () => {
    expect(await verdicts("before.pspy", "again.pspy")).not.toHaveProperty("hot", "grew");
    const self = await run("before.pspy", "before.pspy");
    expect(self.out).toContain("Changed: none");
    expect(self.out).toContain("observations of the same recording in common");
    const aa = await run("--aa", "before.pspy");
    expect(aa).toMatchObject({ code: 0, err: "" });
    expect(aa.out).toMatch(/Passed: .*\n.*Steady/);
    expect((await run("--aa", "turned.pspy")).out).toMatch(/Passed: .*\n\s+Not steady/);
  });

  it("compares stretches of one recording", async () => {
    const stretches = ["--before-time", "0..30", "--after-time", "30.."];
    expect(await verdicts("turned.pspy", ...stretches)).toMatchObject({ hot: "grew" });
    const both = ["--before-time", "0..15", "--after-time", "15..30"];
    expect(await verdicts("turned.pspy", ...both)).not.toHaveProperty("hot", "grew");
  });

  it("compares any two selections of one recording", async () => {
    const words = [
      "--before-filter",
      "--thread-name 'w[0-4]'",
      "--after-filter",
      '--thread-name "w5"',
    ];
    const { out, err } = await run("workers.pspy", ...words);
    expect(err).toBe("");
    expect(out).toMatch(
      /^workers\.pspy, --thread-name 'w\[0-4\]' → workers\.pspy, --thread-name "w5"$/m,
    );
    const alike = (await run("workers.pspy", "--thread-name", "w0", "--after-filter", "")).out;
    expect(alike).toContain("workers.pspy, everything");
    for (const [filter, problem] of [
      ["--nonsense 3", "takes filter options"],
      ["--gil file", "file is none"],
      ["--focus 'open", "has no end"],
    ] as const) {
      const wrong = await run("workers.pspy", "--after-filter", filter);
      expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining(problem)]);
    }
  });

  it("compares a worker with its siblings, and threads with threads", async () => {
    const { out } = await run("workers.pspy", "--after-thread", "^w5$", "--json");
    const { answer } = JSON.parse(out) as DiffJson;
    expect(answer.before.replicates).toBe(5);
    expect(answer.before.recordedNanos).toBeCloseTo(150e9, -9);
    expect(answer.functions.find((each) => each.function === "hot")!.self.verdict).toBe("grew");
    const like = ["--before-thread", "w[01]", "--after-thread", "w[23]"];
    expect(await verdicts("workers.pspy", ...like)).not.toHaveProperty("hot", "grew");
  });

  it("takes several recordings a side", async () => {
    const sides = ["--before", "before.pspy", "--before", "again.pspy", "--after", "after.pspy"];
    expect(await verdicts(...sides)).toMatchObject({ hot: "grew" });
    const { out } = await run(...sides);
    expect(out).toContain("Before: before.pspy, again.pspy: mean of 2, together 1 min 00 s");
  });

  it("per unit of work, what took as long for half of the requests took twice as much", async () => {
    const same = ["before.pspy", "again.pspy"];
    const { out } = await run(...same, "--work-before", "1000", "--work-after", "500");
    const text = out.replaceAll(/\s+/g, " ");
    expect(text).toMatch(/In all, .* per unit of work: .* \(\+\d+ %\), more than it varied/);
    expect(text).toContain("Everything changed alike");
    expect((await run(...same, "--measure", "work")).code).toBe(2);
  });

  it("makes a renamed function one again", async () => {
    record("renamed.pspy", work(7, 0.2).replaceAll("hot", "searing"));
    const told = await verdicts("before.pspy", "renamed.pspy");
    expect(told).toMatchObject({ hot: "gone", searing: "new" });
    const { out } = await run("before.pspy", "renamed.pspy");
    expect(out).toContain("--rename hot=searing");
    const renamed = await verdicts("before.pspy", "renamed.pspy", "--rename", "hot=searing");
    expect(renamed).not.toHaveProperty("hot");
    expect(["same", "unclear"]).toContain(renamed["searing"]);
  });

  it.each([
    ["+2pp", "after.pspy", 9],
    ["+30pp", "after.pspy", 0],
    ["+50%", "after.pspy", 9],
    ["any", "after.pspy", 9],
    ["any", "again.pspy", 0],
  ])("--fail-on %s of %s ends with %i", async (limit, after, expected) => {
    const { code, err, out } = await run("before.pspy", after, "--fail-on", limit);
    expect(code).toBe(expected);
    expect(out).toContain("→");
    expect(err).toMatch(expected === 9 ? /--fail-on .*: .*hot/ : /^$/);
  });

  it("writes a JUnit report of a gate, a case a function", async () => {
    const gate = ["--fail-on", "+2pp", "--junit", "diff.xml"];
    expect((await run("before.pspy", "after.pspy", ...gate)).code).toBe(9);
    const xml = readFileSync(join(folder, "diff.xml"), "utf8");
    const { elements } = await readSvg(xml);
    expect(Object.fromEntries(elements)).toMatchObject({ testsuites: 1, testcase: 5, failure: 1 });
    expect(xml).toMatch(/name="hot[^>]*>\n +<failure message="found self \+\d+ ms\/s/);
    expect((await run("before.pspy", "again.pspy", ...gate)).code).toBe(0);
    expect(readFileSync(join(folder, "diff.xml"), "utf8")).toContain('failures="0"');
    expect((await run("before.pspy", "after.pspy", "--junit", "x.xml")).code).toBe(2);
    expect((await run("before.pspy", "after.pspy", ...gate, "--junit", "after.pspy")).code).toBe(8);
  });

  it("fails for everything together where several recordings a side were made, else says so", async () => {
    const doubled = ["--work-before", "1000", "--work-after", "500", "--fail-on", "+10%"];
    const one = await run("before.pspy", "again.pspy", ...doubled);
    expect(one.code).toBe(0);
    expect(one.err).toMatch(/note: everything together .* record several/);
    const sides = ["--before", "before.pspy", "--before", "again.pspy", "--before", "third.pspy"];
    const after = ["--after", "fourth.pspy", "--after", "fifth.pspy"];
    record("third.pspy", work(31, 0.2));
    record("fourth.pspy", work(32, 0.2));
    record("fifth.pspy", work(33, 0.2));
    const several = await run(...sides, ...after, ...doubled);
    expect(several).toMatchObject({ code: 9 });
    expect(several.err).toMatch(/--fail-on \+10%: everything/);
  });

  it("is text, Markdown and JSON, with the rows asked for", async () => {
    expect((await run("before.pspy", "after.pspy", "--md")).out).toMatch(/^### before\.pspy → /);
    const one = await run("before.pspy", "after.pspy", "--limit", "1");
    expect(one.out).toContain("… and 2 more");
    await run("before.pspy", "after.pspy", "-o", "diff.txt");
    expect(readFileSync(join(folder, "diff.txt"), "utf8")).toMatch(/^before\.pspy → /);
  });

  it("draws a differential flame graph into a file that ends in .svg", async () => {
    const { code, out } = await run("before.pspy", "after.pspy", "-o", "diff.svg");
    expect({ code, out }).toEqual({ code: 0, out: "" });
    const svg = readFileSync(join(folder, "diff.svg"), "utf8");
    expect(svg).toMatch(/<svg /);
    expect(svg).toMatch(/>\+\d+ % hot</);
  });

  it.each<[string, string[], number, RegExp]>([
    ["nothing to compare", ["before.pspy"], 2, /--before-time/],
    ["no capture", [], 2, /no capture is named/],
    ["three", ["a", "b", "c"], 2, /--before and --after/],
    ["half a side", ["--before", "before.pspy"], 2, /go together/],
    ["no such file", ["before.pspy", "nope.pspy"], 3, /no such file/],
    ["an idle side", ["before.pspy", "empty.pspy"], 7, /nothing is selected after/],
    ["a gate that is none", ["before.pspy", "after.pspy", "--fail-on", "2"], 2, /--fail-on takes/],
    [
      "a range that is none",
      ["before.pspy", "--before-time", "0..5", "--after-time", "9..3"],
      7,
      /nothing is selected after/,
    ],
    ["a rename that is none", ["before.pspy", "after.pspy", "--rename", "x"], 2, /OLD=NEW/],
    ["no such thread", ["before.pspy", "--after-thread", "nobody"], 2, /nothing is left/],
  ])("refuses %s", async (_, argv, code, message) => {
    const result = await run(...argv);
    expect(result).toMatchObject({ code, out: "" });
    expect(result.err).toMatch(message);
  });
});
