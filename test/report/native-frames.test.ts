// SPDX-License-Identifier: MIT

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Profile } from "@pyspy/analyze";
import { type FormatName, formatByName } from "@pyspy/report";
import { expect, test } from "vitest";
import { joinBytes } from "../../packages/report/src/testing/join-bytes.ts";
import { reportInput } from "../../packages/report/src/testing/report-input.ts";
import { withFirefoxProfiler } from "../support/firefox-profiler.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { openTrace } from "../support/trace-processor.ts";
import { runViewer, viewerPath } from "../support/viewers.ts";

const MODULE = "/usr/lib/libsort.so.1";

/** `sort` is native code. */
function withNative(profile: Profile): Profile {
  const functions = profile.functions.map((each) =>
    each.name === "sort" ? { ...each, file: MODULE, module: MODULE } : each,
  );
  return { ...profile, functions };
}

function render(name: FormatName, options: object = {}): Uint8Array {
  const input = reportInput("main R: main:3;sort 2", { ...options, change: withNative });
  return joinBytes(formatByName(name)!.render(input));
}

test("speedscope: native code is told apart by its name", () => {
  const { shared } = JSON.parse(Buffer.from(render("speedscope")).toString());
  expect(shared.frames).toEqual([
    { name: "main", file: "app.py", line: 3 },
    { name: "[native] sort", file: MODULE, line: 1 },
  ]);
});

test("pprof: it lies in a mapping of its own", () => {
  const file = join(temporaryFolder(), "run.pb.gz");
  writeFileSync(file, gzipSync(render("pprof")));
  const raw = runViewer(viewerPath("pprof"), ["-raw", file]);
  const [, id] = /^(\d+): 0x0\/0x0\/0x0 \/usr\/lib\/libsort\.so\.1 /m.exec(raw)!;
  expect(raw).toMatch(new RegExp(`: 0x0 M=${id} sort `));
  expect(raw).toMatch(/: 0x0 main /);
});

test.each(["stack", "perf"])(
  "perfetto (%s): its frames have a mapping",
  async (perfettoSamples) => {
    const trace = await openTrace(render("perfetto", { perfettoSamples }));
    const frames = trace.query(`
    select frame.name, mapping.name as module
    from stack_profile_frame frame join stack_profile_mapping mapping on mapping = mapping.id`);
    // The version at hand reads no samples of the other kind.
    if (perfettoSamples === "stack") expect(frames).toEqual([]);
    else expect(frames).toContainEqual({ name: "sort", module: MODULE });
  },
);

test("firefox: it is in a library", async () => {
  const file = join(temporaryFolder(), "run.firefox.json");
  writeFileSync(file, render("firefox"));
  await withFirefoxProfiler(file, (profiler) => {
    const { functions } = profiler.ask<{ functions: { nameWithLibrary: string }[] }>(
      "thread",
      "functions",
      "--thread",
      "t-0",
    );
    const names = functions.map(({ nameWithLibrary }) => nameWithLibrary);
    expect(names.sort()).toEqual(["libsort.so.1!sort", "main"]);
  });
});
