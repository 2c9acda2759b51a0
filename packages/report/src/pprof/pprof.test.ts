// SPDX-License-Identifier: MIT

import { fromBinary } from "@bufbuild/protobuf";
import { pprof as schema } from "@pyspy/schemas";
import { expect, test } from "vitest";
import { HOSTILE_NAMES } from "../testing/hostile-names.ts";
import { joinBytes } from "../testing/join-bytes.ts";
import { renameFunctions, reportInput } from "../testing/report-input.ts";
import { functionName } from "../text/function-name.ts";
import { pprof } from "./pprof.ts";

function render(...args: Parameters<typeof reportInput>): schema.Profile {
  return fromBinary(schema.ProfileSchema, joinBytes(pprof.render(reportInput(...args))));
}

/** "main:3;work:7 thread=main pid=42 state=active | 20000000 ..." for every sample. */
function lines(profile: schema.Profile): string[] {
  const text = (index: bigint): string => profile.stringTable[Number(index)]!;
  return profile.sample.map(({ locationId, value, label }) => {
    const frames = locationId.map((id) => {
      const { functionId, line } = profile.location[Number(id) - 1]!.line[0]!;
      return `${text(profile.function[Number(functionId) - 1]!.name)}:${line}`;
    });
    const labels = label
      .filter(({ key }) => text(key) !== "thread_id")
      .map(({ key, str, num }) => `${text(key)}=${str === 0n ? num : text(str)}`);
    return `${frames.reverse().join(";")} ${labels.join(" ")} | ${value.join(" ")}`;
  });
}

const TEXT = `
  main gil R: main:3;work:7 2
  main R: main:3;work:7 1
  main S: main:4 3
  worker-2 gil R: main:3;work:8 5
  worker-2 S: 1
`;

test("one sample for each stack, thread and activity, with all measures", () => {
  const profile = render(TEXT, { capture: { cpu: true } });
  const text = (index: bigint): string => profile.stringTable[Number(index)]!;
  expect(profile.sampleType.map(({ type, unit }) => [text(type), text(unit)])).toEqual([
    ["wall", "nanoseconds"],
    ["cpu", "nanoseconds"],
    ["gil", "nanoseconds"],
    ["samples", "count"],
  ]);
  expect(text(profile.defaultSampleType)).toBe("wall");
  const main = "thread=main pid=42";
  const worker = "thread=worker-2 pid=42";
  expect(lines(profile).sort()).toEqual([
    // What it used before it was seen blocked is that of the stack before.
    ` ${worker} state=idle | 10000000 0 0 1`,
    `main:3;work:7 ${main} state=active gil=held | 20000000 20000000 20000000 2`,
    `main:3;work:7 ${main} state=active | 10000000 20000000 0 1`,
    `main:3;work:8 ${worker} state=active gil=held | 50000000 60000000 50000000 5`,
    `main:4 ${main} state=idle | 30000000 20000000 0 3`,
  ]);
});

test("the file says when it was recorded, and what it is", () => {
  const profile = render(TEXT);
  expect(profile.timeNanos).toBe(1_700_000_000_000_000_000n);
  expect(profile.durationNanos).toBe(60_000_000n);
  expect(profile.period).toBe(10_000_000n);
  const comments = profile.comment.map((index) => profile.stringTable[Number(index)]);
  expect(comments[0]).toBe("python app.py");
  expect(comments[1]).toContain("12 samples");
  expect(comments[2]).toBe("Made by pyspy-analyze 1.2.3: pyspy-analyze run.pspy");
});

test("by function, places have no line", () => {
  const profile = render(TEXT, { lines: false });
  expect(new Set(lines(profile).map((line) => line.split(" ")[0]))).toEqual(
    new Set(["main:0;work:0", "main:0", ""]),
  );
  expect(profile.function).toHaveLength(2);
});

test("any name is written as visible text", () => {
  const text = HOSTILE_NAMES.map((_, index) => `main R: top;f${index} 1`).join("\n");
  const profile = render(text, {
    change: (read) => renameFunctions(read, (name) => HOSTILE_NAMES[Number(name.slice(1))] ?? name),
  });
  const names = profile.function.map(({ name }) => profile.stringTable[Number(name)]);
  expect(names.sort()).toEqual(["top", ...HOSTILE_NAMES.map(functionName)].sort());
});
