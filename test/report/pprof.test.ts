// SPDX-License-Identifier: MIT

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { formatByName } from "@pyspy/report";
import { expect, test } from "vitest";
import { joinBytes } from "../../packages/report/src/testing/join-bytes.ts";
import { reportInput } from "../../packages/report/src/testing/report-input.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runViewer, viewerPath } from "../support/viewers.ts";

const TEXT = `
  main gil R: main:3;work:7 30
  main S: main:4;wait:9 50
  worker R: run:2;work:7 60
  worker gil R: run:2;work:8 20
`;

function pprof(...args: string[]): string {
  const file = join(temporaryFolder(), "run.pb.gz");
  writeFileSync(file, gzipSync(joinBytes(formatByName("pprof")!.render(reportInput(TEXT)))));
  return runViewer(viewerPath("pprof"), [...args, file]);
}

/** "800ms work" for every line of `-top`. */
function top(...args: string[]): string[] {
  const rows = pprof("-top", "-nodefraction=0", ...args).matchAll(
    /^ *(\S+) +\S+% +\S+% +\S+ +\S+% +(.*)$/gm,
  );
  return [...rows].map(([, value, name]) => `${value} ${name}`);
}

test("its report has the program, the time of day and where the file comes from", () => {
  const text = pprof("-top");
  expect(text).toContain(
    "Type: wall\nTime: Nov 14, 2023 at 10:13pm (UTC)\nDuration: 800ms, Total samples = 1600ms",
  );
  expect(pprof("-comments")).toContain("Made by pyspy-analyze 1.2.3: pyspy-analyze run.pspy");
});

test("labels choose by thread, process and state", () => {
  expect(top("-functions")).toEqual(["1100ms work", "500ms wait", "0 main", "0 run"]);
  expect(top("-functions", "-tagfocus=thread=worker")).toEqual(["800ms work", "0 run"]);
  expect(top("-functions", "-tagignore=state=idle")).not.toContain("500ms wait");
  expect(top("-functions", "-tagfocus=pid=42")).toHaveLength(4);
  expect(top("-functions", "-tagfocus=pid=43")).toEqual([]);
});

test("each measure has its own report", () => {
  expect(top("-functions", "-sample_index=gil")).toEqual(["500ms work", "0 main", "0 run"]);
  expect(top("-functions", "-sample_index=samples")).toContain("110 work");
  expect(top("-lines", "-sample_index=samples")).toContain("90 work app.py:7");
});
