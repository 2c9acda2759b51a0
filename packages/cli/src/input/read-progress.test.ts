// SPDX-License-Identifier: MIT

import { expect, it } from "vitest";
import { memoryIo } from "../testing/memory-io.ts";
import { ReadProgress } from "./read-progress.ts";

const MB = 1_000_000;

it("is silent for a second, then says how far it is, now and then", async () => {
  const io = memoryIo();
  let now = 500;
  const progress = new ReadProgress(io, () => now);
  for (const [at, read] of [
    [1000, 1],
    [1500, 2],
    [11_499, 3],
    [11_500, 4],
  ] as const) {
    now = at;
    await progress.tell("run.pspy", read * MB, 10 * MB);
  }
  await progress.end();
  expect(io.err()).toBe(
    [20, 40].map((share) => `pyspy-analyze: reading run.pspy: ${share}.0 % of 10 MB\n`).join(""),
  );
});

it("is one line on a terminal, which goes away", async () => {
  const io = memoryIo({ columns: 80 });
  let now = 0;
  const progress = new ReadProgress(io, () => now);
  for (now of [1000, 1100, 1200]) await progress.tell("-", now * MB, undefined);
  await progress.end();
  const erase = "\r\u001b[K";
  const line = "pyspy-analyze: reading standard input:";
  expect(io.err()).toBe(`${erase}${line} 1.0 GB${erase}${line} 1.2 GB${erase}`);
});
