// SPDX-License-Identifier: MIT
import { expect, test } from "vitest";
import { filterIdle, selectAll } from "../index.ts";
import { readCapture } from "../read/read-capture.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { lineHeat } from "./line-heat.ts";

const FILES = new Set(["app.py"]);

test("a line has what it took itself, and once what it took with what it called", () => {
  const profile = readCapture(
    captureOf("main R: work:1;work:3;work:3 30\nmain R: work:1;read:5 10\nmain S: work:3 60"),
  );
  const all = lineHeat(selectAll(profile), "samples", FILES).get("app.py")!;
  expect([...all]).toEqual([
    [1, { self: 0, total: 40 }],
    [3, { self: 90, total: 90 }],
    [5, { self: 10, total: 10 }],
  ]);
  const active = lineHeat(filterIdle(selectAll(profile)), "samples", FILES).get("app.py")!;
  expect(active.get(3)).toEqual({ self: 30, total: 30 });
  expect(lineHeat(selectAll(profile), "samples", new Set(["b.py"])).size).toBe(0);
});
