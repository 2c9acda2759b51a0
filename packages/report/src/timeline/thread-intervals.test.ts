// SPDX-License-Identifier: MIT

import { holdsGil } from "@pyspy/analyze";
import { expect, test } from "vitest";
import { reportInput } from "../testing/report-input.ts";
import { threadIntervals } from "./thread-intervals.ts";

test("equal neighbours are one interval, also where they are not selected", () => {
  const { selection } = reportInput(
    "main S: a 1\nmain R: a 1\nmain gil R: b 1\nmain gil S: c 2\nmain R: c 1\nmain gil S: c 3",
    { active: true },
  );
  const byThread = threadIntervals(selection, [0], (samples, run) => {
    return holdsGil(samples, run) ? "held" : undefined;
  });
  expect(byThread.get(0)).toEqual([{ startNanos: 20e6, endNanos: 50e6, value: "held" }]);
});
