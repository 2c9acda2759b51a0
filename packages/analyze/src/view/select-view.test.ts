import { describe, expect, it } from "vitest";
import { readCapture } from "../read/read-capture.ts";
import { parseNamePattern } from "../select/name-pattern.ts";
import { captureOf, testTid } from "../testing/capture-writer.ts";
import { selectView, type View } from "./select-view.ts";

// Powers of two: the sum says which lines are counted.
const TEXT = `
  main gil R: a 1
  main gil gc R: b 2
  main gil S: c 4
  main raises: d 8
  Worker-1 waits S: e 16
  Worker-1 handles R: f 32
  Worker-2 R: 64
`;

function samples(view: View): number {
  return selectView(readCapture(captureOf(TEXT)), view).totals.samples;
}

describe("selectView", () => {
  it.each<[string, View, number]>([
    ["nothing asked: what is not idle", {}, 1 + 2 + 8 + 32 + 64],
    ["idle", { idle: true }, 127],
    ["gil, asleep or not", { states: ["gil"] }, 1 + 2 + 4],
    ["gil-wait", { states: ["gil-wait"] }, 16],
    ["on-cpu: unknown is not", { states: ["on-cpu"] }, 1 + 2 + 32 + 64],
    ["off-cpu: unknown is not", { states: ["off-cpu"] }, 4 + 16],
    ["exceptions", { states: ["exceptions"] }, 8 + 32],
    ["gc", { states: ["gc"] }, 2],
    ["states together", { states: ["gil", "on-cpu"] }, 1 + 2],
    ["pids", { idle: true, pids: [41, 42] }, 127],
    ["other pids", { idle: true, pids: [41] }, 0],
    ["tids", { idle: true, tids: [testTid("Worker-2"), 1n] }, 64],
    ["names", { idle: true, threadNames: [parseNamePattern("^Worker-\\d$")] }, 16 + 32 + 64],
    [
      "one of several names",
      { threadNames: [parseNamePattern("2"), parseNamePattern("(?i)MAIN")] },
      1 + 2 + 8 + 64,
    ],
    ["threads and states", { states: ["gil-wait"], tids: [testTid("main")] }, 0],
  ])("%s", (_, view, kept) => {
    expect(samples(view)).toBe(kept);
  });

  it("says what each part left out", () => {
    const view: View = { threadNames: [parseNamePattern("Worker")], states: ["on-cpu"] };
    const { steps, recorded, profile } = selectView(readCapture(captureOf(TEXT)), view);
    expect(steps.map(({ name, removes, dropped }) => [name, removes, dropped.samples])).toEqual([
      ["thread", "threads whose name does not match /Worker/", 15],
      ["on-cpu", "threads that were not on a CPU", 16],
    ]);
    expect(profile).toBe(recorded);
  });

  it("does not take a broken pattern", () => {
    expect(() => parseNamePattern("(")).toThrow("not a regular expression: /(/: Unterminated");
  });
});
