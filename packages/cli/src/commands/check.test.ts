// SPDX-License-Identifier: MIT

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { captureOf } from "../../../analyze/src/testing/capture-writer.ts";
import { randomNumbers } from "../../../analyze/src/testing/random.ts";
import { readSvg } from "../../../report/src/testing/read-svg.ts";
import { main } from "../main.ts";
import { memoryIo } from "../testing/memory-io.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-check-"));
  const stacks = "a gil R: main;json 60\na R: main;<lambda> 60\nb waits S: wait 30\nb S: rest 90";
  writeFileSync(join(folder, "run.pspy"), captureOf(stacks));
});

afterAll(() => rmSync(folder, { recursive: true }));

async function run(...argv: readonly string[]) {
  const io = memoryIo({ cwd: folder });
  const code = await main(["check", ...argv], io);
  return { code, out: io.out(), err: io.err() };
}

describe("check", () => {
  it.each([
    [["--max", "self:^json$<50%"], 0],
    [["--max", "self:^json$<49%"], 9],
    [["--max", "self:^json$<99%", "--max", "total:main<1s"], 9],
    // Idle threads count when asked for: a quarter of all.
    [["--max", "self:^json$<25%", "--idle"], 0],
    [["--max-gil-wait", "20%"], 0],
    [["--max-gil-wait", "19%"], 9],
    [["--max-gil-wait", "20%", "--max", "self:^json$<50%"], 0],
    [["--max-gil-hold", "600ms"], 0],
    [["--max-gil-hold", "0.5s"], 9],
    [["--min-quality", "usable"], 0],
    [["--min-quality", "good"], 9],
  ])("%j ends with %i, and writes the answer", async (argv, code) => {
    const result = await run("run.pspy", ...argv);
    expect({ code: result.code, err: result.err }).toEqual({ code, err: "" });
    expect(result.out).toContain(code === 0 ? "All limits are kept" : "not kept");
    expect(result.out.includes("FAILED")).toBe(code !== 0);
  });

  it("writes a JUnit report, well-formed whatever the patterns are", async () => {
    const argv = [
      "--max",
      "self:<lambda>&\"'<1%",
      "--max",
      "self:json<99%",
      "--junit",
      "report.xml",
    ];
    expect((await run("run.pspy", ...argv)).code).toBe(0);
    expect((await run("run.pspy", ...argv, "--max", "self:<lambda><1%")).code).toBe(9);
    const xml = readFileSync(join(folder, "report.xml"), "utf8");
    const { elements } = await readSvg(xml);
    expect(Object.fromEntries(elements)).toEqual({
      testsuites: 1,
      testsuite: 1,
      testcase: 3,
      failure: 1,
      "system-out": 2,
    });
    expect(xml).toContain('tests="3" failures="1"');
  });

  it("says what is too close to call, in the table, to CI servers and to programs", async () => {
    const random = randomNumbers(1);
    const calls = Array.from(
      { length: 3000 },
      () => `main R: ${random() < 0.2 ? "hot" : "cold"} 1`,
    );
    writeFileSync(join(folder, "long.pspy"), captureOf(calls.join("\n")));
    const limits = ["long.pspy", "--max", "self:hot<20.5%", "--max", "self:hot<10%"];
    const { out, code } = await run(...limits, "--junit", "close.xml");
    expect(code).toBe(9);
    expect(out).toMatch(/ok, close +self:hot<20\.5% +\d+\.\d ± \d\.\d %/);
    expect(out).toMatch(/FAILED +self:hot<10%/);
    expect(out).toContain("Close: for 1 limit, ");
    const xml = readFileSync(join(folder, "close.xml"), "utf8");
    expect(xml.match(/too close to the limit to call/g)).toHaveLength(1);
    const { answer } = JSON.parse((await run(...limits, "--json")).out) as {
      answer: { limits: { close: boolean; margin: number }[] };
    };
    expect(answer.limits.map(({ close }) => close)).toEqual([true, false]);
    expect((await run(...limits, "--md")).out).toMatch(/\| FAILED \| self:hot.*10% \|/);
  });

  it.each([
    [["run.pspy"], "check needs a limit"],
    [["run.pspy", "--max", "json<5%"], "json<5% is no limit"],
    [["run.pspy", "--max-gil-wait", "lots"], "lots is no limit"],
    [["run.pspy", "--max", "self:x<1s", "--unit", "samples"], "limits are of time"],
    [["--max", "self:x<1s"], "no capture is named"],
  ])("%j is refused", async (argv, message) => {
    const { code, out, err } = await run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
  });

  it("never puts a report in the place of a capture", async () => {
    const { code } = await run("run.pspy", "--max", "self:x<1s", "--junit", "run.pspy");
    expect(code).toBe(8);
    expect(readdirSync(folder)).toContain("run.pspy");
  });
});
