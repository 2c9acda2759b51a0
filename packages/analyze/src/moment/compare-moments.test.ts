// SPDX-License-Identifier: MIT
import { expect, it } from "vitest";
import { compareMoments, type ThreadStand } from "./compare-moments.ts";

function stand(name: string, stack: string, idle = true, cpuNanos = 0): ThreadStand {
  const frames = stack.split(";").map((text) => {
    const [name = "", line] = text.split(":");
    return { kind: "python" as const, name, file: "app.py", line: Number(line ?? 1) };
  });
  return { pid: 1, tid: BigInt(name.length), pythonThreadId: 1n, name, frames, idle, cpuNanos };
}

function verdict(...stands: ThreadStand[]) {
  const [change] = compareMoments(stands.map((each) => [each]));
  return [change!.verdict, change!.common.map(({ name }) => name).join(";"), change!.cpuNanos];
}

it("tells a thread that stands from one that is busy in one place", () => {
  expect(verdict(stand("a", "m;w:3"), stand("a", "m;w:3"))).toEqual(["waits", "m;w", 0]);
  expect(verdict(stand("a", "m;w:3", false, 9), stand("a", "m;w:3", true, 5))).toEqual([
    "stays",
    "m;w",
    5,
  ]);
});

it("tells below what a thread moves", () => {
  expect(verdict(stand("a", "m;w:3"), stand("a", "m;w:4"))).toEqual(["below", "m", 0]);
  expect(verdict(stand("a", "m;w:3"), stand("a", "m;w:3;x"))).toEqual(["below", "m;w", 0]);
  expect(verdict(stand("a", "m"), stand("a", "n"))).toEqual(["elsewhere", "", 0]);
});

it("says nothing of a thread that was seen once", () => {
  expect(compareMoments([[stand("a", "m"), stand("bb", "m")], [stand("bb", "m")]])).toMatchObject([
    { last: { name: "bb" }, seen: 2 },
  ]);
});
