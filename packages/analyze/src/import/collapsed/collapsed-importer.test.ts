// SPDX-License-Identifier: MIT
import { Missing } from "@pyspy/schemas";
import { describe, expect, it } from "vitest";
import { ForeignRecordingError } from "../../errors.ts";
import { readImport, stackLines, threadLines } from "../testing/read-import.ts";

const PY_SPY = `process 7:"python app.py";thread (42): MainThread;main (app.py:3);work (app.py:9) 30
process 7:"python app.py";thread (42): MainThread;main (app.py:3) 10
process 7:"python app.py";thread (0x7F12) 2
`;

describe("collapsed stacks", () => {
  it("of py-spy have processes, threads, files and lines", () => {
    const profile = readImport("collapsed", PY_SPY);
    expect(stackLines(profile)).toEqual([
      " 2 20",
      "main@app.py:3 10 100",
      "main@app.py:3;work@app.py:9 30 300",
    ]);
    expect(threadLines(profile)).toEqual(["7/42 MainThread", "7/0 "]);
    expect(profile.processes[0]!.command).toEqual(["python app.py"]);
    expect(profile.recordings[0]!.header.imported!.missing).not.toContain(Missing.THREADS);
  });

  it("of profiling.sampling have files before names", () => {
    const profile = readImport("collapsed", "tid:9;app.py:A.main:3;<frozen runpy>:_run:87 4\n");
    expect(stackLines(profile)).toEqual(["A.main@app.py:3;_run@<frozen runpy>:87 4 40"]);
    expect(threadLines(profile)).toEqual(["0/9 "]);
  });

  it("of anything else are names, of one thread", () => {
    const text = "java;std::vector<int>::push;[unknown] 3\nswapper; idle 1.6\n# a comment\n\n";
    const profile = readImport("collapsed", text, { rateHertz: 1000 });
    expect(stackLines(profile)).toEqual([
      "java;std::vector<int>::push;[unknown] 3 3",
      "swapper; idle 2 2",
    ]);
    const [{ header, notes }] = profile.recordings as [(typeof profile.recordings)[0]];
    expect(header.imported!.missing).toContain(Missing.THREADS);
    expect(notes.map(({ text }) => text)).toEqual([
      "1 counts were no whole numbers and are rounded",
    ]);
  });

  it("of more samples than fit in a run are several runs", () => {
    const profile = readImport("collapsed", "a;b 10000000000\n", { rateHertz: 1e6 });
    expect(stackLines(profile)).toEqual(["a;b 10000000000 10000000"]);
  });

  it("are cut into chunks where they are many", () => {
    const lines = Array.from({ length: 70_000 }, (_, i) => `f${i % 300};g${i} 1`);
    const profile = readImport("collapsed", lines.join("\n"), { pieceLength: 1000 });
    expect(profile.recordings[0]!.chunkCount).toBeGreaterThan(2);
    expect(stackLines(profile)).toHaveLength(lines.length);
  });

  it.each([
    ["main;work\n", /line 1 it has no count/],
    ["a;b 1\na;c x\n", /line 2 it has no count/],
    ["a 999999999999999\n", /line 1 it counts more samples/],
    [`${"x".repeat((1 << 22) + 1)}`, /line 1 is longer/],
  ])("that are broken are refused", (text, message) => {
    expect(() => readImport("collapsed", text)).toThrow(ForeignRecordingError);
    expect(() => readImport("collapsed", text)).toThrow(message);
  });
});
