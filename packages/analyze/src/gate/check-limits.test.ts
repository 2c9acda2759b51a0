// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { readCapture } from "../read/read-capture.ts";
import { selectAll } from "../select/selection.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { randomNumbers } from "../testing/random.ts";
import { simulatedWork } from "../testing/simulated-work.ts";
import { checkLimits, type LimitResult } from "./check-limits.ts";
import { type Limit, parseBound, parseFunctionLimit } from "./limit.ts";

const selection = selectAll(
  readCapture(
    captureOf("a gil R: main;work;json 20\na R: main;work 20\nb waits S: main;wait 10\nb S: z 30"),
  ),
);

const WALL = { unit: "wall-nanos", idleFunctions: true } as const;

function check(limit: Limit) {
  const [{ passed, share, nanos, measured }] = checkLimits(selection, [limit], WALL) as [never];
  return { passed, share, millis: nanos / 1e6, measured };
}

describe("limits", () => {
  it.each([
    ["self:^json$<25%", true, 0.25, 200],
    ["self:^json$<24.9%", false, 0.25, 200],
    ["total:work<=50 %", true, 0.5, 400],
    ["total:main<500ms", true, 0.625, 500],
    ["total:main<0.4s", false, 0.625, 500],
    ["self:nothing<0%", true, 0, 0],
    ["total:function:^(work|wait)$<60%", false, 0.625, 500],
  ])("%s: %s", (text, passed, share, millis) => {
    expect(check(parseFunctionLimit(text))).toEqual({ passed, share, millis, measured: true });
  });

  it("measures the wait for the GIL against the time that threads wanted to run", () => {
    const limit = { kind: "gil-wait", pattern: undefined, text: "" } as const;
    expect(check({ ...limit, bound: parseBound("20%") })).toMatchObject({
      passed: true,
      share: 0.2,
    });
    expect(check({ ...limit, bound: parseBound("99ms") })).toMatchObject({
      passed: false,
      millis: 100,
    });
    const hold = { ...limit, kind: "gil-hold" } as const;
    expect(check({ ...hold, bound: parseBound("200ms") })).toMatchObject({
      passed: true,
      millis: 200,
    });
  });

  it("measures functions without idle threads, unless asked", () => {
    const options = { ...WALL, idleFunctions: false };
    const [result] = checkLimits(selection, [parseFunctionLimit("self:json<40%")], options);
    expect(result).toMatchObject({ passed: false, share: 0.5 });
  });

  it("is not kept by a recording that says nothing", () => {
    const empty = selectAll(readCapture(captureOf("")));
    const results = checkLimits(
      empty,
      [
        parseFunctionLimit("self:x<5%"),
        { kind: "gil-wait", pattern: undefined, bound: parseBound("5%"), text: "" },
      ],
      WALL,
    );
    expect(results.map(({ passed, measured }) => [passed, measured])).toEqual([
      [false, false],
      [false, false],
    ]);
  });

  it("says when a limit is within the error of what was found", () => {
    const functions = [
      { name: "hot", share: 0.2, callSeconds: 0.05 },
      { name: "rest", share: 0.8, callSeconds: 0.05 },
    ];
    const recorded = (seed: number) => simulatedWork(functions, 30, seed);
    const [far, near, kept] = checkLimits(
      recorded(1),
      ["self:hot<10%", "self:hot<20%", "total:main<5min"].map(parseFunctionLimit),
      WALL,
    );
    expect(far).toMatchObject({ passed: false, close: false });
    expect(near).toMatchObject({ close: true });
    expect(kept).toMatchObject({ passed: true, close: false });
    // An interval of 95 %: what is true lies in it nineteen times of twenty.
    const covered = Array.from({ length: 100 }, (_, seed) => {
      const [{ share, margin }] = checkLimits(
        recorded(seed),
        [parseFunctionLimit("self:hot<20%")],
        WALL,
      ) as [LimitResult];
      return Math.abs(share - 0.2) <= margin;
    });
    expect(covered.filter(Boolean).length).toBeGreaterThanOrEqual(90);
    const short = checkLimits(selection, [parseFunctionLimit("self:json<24%")], WALL);
    expect(short[0]).toMatchObject({ margin: Number.POSITIVE_INFINITY, close: false });
  });

  it("knows the error of a wait for the GIL", () => {
    const random = randomNumbers(1);
    const turns = Array.from({ length: 1500 }, () =>
      random() < 0.2 ? "b waits S: wait 2" : "b R: work 2",
    );
    const waiting = selectAll(readCapture(captureOf(turns.join("\n"))));
    const bound = parseBound("20%");
    const limit: Limit = { kind: "gil-wait", pattern: undefined, bound, text: "" };
    const [{ share, margin, close }] = checkLimits(waiting, [limit], WALL) as [LimitResult];
    expect(Math.abs(share - 0.2)).toBeLessThan(margin);
    expect(margin).toBeLessThan(0.05);
    expect(close).toBe(true);
  });

  it.each(["self:<5%", "json<5%", "self:json", "self:json<5 apples", "self:(<5%", "total:x<-1%"])(
    "%s is refused",
    (text) => {
      expect(() => parseFunctionLimit(text)).toThrow();
    },
  );
});
