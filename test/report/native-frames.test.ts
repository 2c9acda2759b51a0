// SPDX-License-Identifier: MIT

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Profile } from "@pyspy/analyze";
import { type FormatName, formatByName } from "@pyspy/report";
import { expect, test } from "vitest";
import { joinBytes } from "../../packages/report/src/testing/join-bytes.ts";
import { withNativeCode } from "../../packages/report/src/testing/native-code.ts";
import { reportInput } from "../../packages/report/src/testing/report-input.ts";
import { withFirefoxProfiler } from "../support/firefox-profiler.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { openTrace } from "../support/trace-processor.ts";
import { runViewer, viewerPath } from "../support/viewers.ts";

const MODULE = "/usr/lib/libsort.so.1";
const BUILD_ID = "0123456789abcdef0123456789abcdef01234567";
const OTHER = "/opt/libstripped.so";

/** `sort` and `[libstripped.so]` are native code, of which the second has no symbols. */
function withNative(profile: Profile): Profile {
  return withNativeCode(profile, {
    sort: { mapping: { path: MODULE, buildId: BUILD_ID }, address: 0x4a10n },
    "[libstripped.so]": { mapping: { path: OTHER, buildId: "" }, address: 0x1f_0000n },
  });
}

function render(name: FormatName, options: object = {}): Uint8Array {
  const text = "main R: main:3;sort 2\nmain R: main:3;[libstripped.so] 1";
  const input = reportInput(text, { ...options, change: withNative });
  return joinBytes(formatByName(name)!.render(input));
}

test("speedscope: native code is told apart by its name", () => {
  const { shared } = JSON.parse(Buffer.from(render("speedscope")).toString());
  expect(shared.frames).toEqual([
    { name: "main", file: "app.py", line: 3 },
    { name: "[native] sort", file: MODULE },
    { name: "[native] [libstripped.so]", file: OTHER },
  ]);
});

test("pprof: it has an address in a mapping with a build id, and pprof looks only for names that are missing", () => {
  const file = join(temporaryFolder(), "run.pb.gz");
  writeFileSync(file, gzipSync(render("pprof")));
  const raw = runViewer(viewerPath("pprof"), ["-raw", "-symbolize=none", file]);
  // Start, limit and offset of a file whose addresses are its own.
  const whole = "0x0/0xffffffffffffffff/0x0";
  const mappingOf = (path: string): RegExpExecArray =>
    new RegExp(`^(\\d+): ${whole} ${path} (.*)$`, "m").exec(raw)!;
  const [, id, facts] = mappingOf(MODULE);
  expect(facts).toBe(`${BUILD_ID} [FN][FL][LN][IN]`);
  expect(mappingOf(OTHER)[2]!.trim()).toBe("");
  expect(raw).toMatch(new RegExp(`: 0x4a10 M=${id} sort `));
  expect(raw).toMatch(/: 0x0 main /);
});

test("otlp: it has an address in a mapping with a build id", () => {
  const file = join(temporaryFolder(), "run.otlp");
  writeFileSync(file, render("otlp"));
  const script = fileURLToPath(new URL("../support/read-protobuf-export.py", import.meta.url));
  const text = runViewer(viewerPath("format-schemas"), [script, "otlp", file]);
  const { native } = JSON.parse(text) as { native: unknown };
  expect(native).toEqual([
    { function: "sort", file: MODULE, buildId: BUILD_ID, address: 0x4a10 },
    { function: "[libstripped.so]", file: OTHER, buildId: "", address: 0x1f_0000 },
  ]);
});

test("json: it has an address in a file with a build id", () => {
  const { answer } = JSON.parse(Buffer.from(render("json")).toString());
  expect(answer.mappings).toEqual([
    { path: MODULE, buildId: BUILD_ID },
    { path: OTHER, buildId: "" },
  ]);
  expect(answer.addresses).toEqual({ mapping: [0, 1], address: ["0x4a10", "0x1f0000"] });
  expect(answer.frames.address).toEqual([-1, 0, 1]);
});

test.each(["stack", "perf"])(
  "perfetto (%s): its frames have a mapping",
  async (perfettoSamples) => {
    const trace = await openTrace(render("perfetto", { perfettoSamples }));
    const frames = trace.query(`
    select frame.name, mapping.name as module, build_id as buildId, rel_pc as address
    from stack_profile_frame frame join stack_profile_mapping mapping on mapping = mapping.id`);
    // The version at hand reads no samples of the other kind.
    if (perfettoSamples === "stack") expect(frames).toEqual([]);
    else
      expect(frames).toContainEqual({
        name: "sort",
        module: MODULE,
        buildId: BUILD_ID,
        address: 0x4a10,
      });
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
    expect(names.sort()).toEqual(["libsort.so.1!sort", "libstripped.so![libstripped.so]", "main"]);
  });
});
