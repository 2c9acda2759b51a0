// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { reportInput } from "../testing/report-input.ts";
import { reportHeading } from "./report-heading.ts";

test("a report says what, how much, how well and from where", () => {
  const heading = reportHeading(reportInput("main R: main;work 60\nmain S: main;wait 40"));
  expect(heading).toEqual({
    title: "python app.py",
    quality: ["100 samples", "1.00 s", "rate 100 Hz asked, 100 achieved", "0.0 % unstable"],
    notes: [
      "Made by pyspy-analyze 1.2.3: pyspy-analyze run.pspy",
      "Capture recorded 2023-11-14 22:13:20 UTC for 1.00 s by pyspy-capture 0.0.0-test",
    ],
  });
});

test("without a recorded command line, it is named by its program and script", () => {
  const anonymous = (text: string) =>
    reportInput(text, {
      change: (profile) => ({
        ...profile,
        processes: profile.processes.map((each) => ({
          ...each,
          command: [],
          executable: "/usr/bin/python",
        })),
        threads: profile.threads.map((each) => ({ ...each, main: true })),
      }),
    });
  const title = (text: string): string => reportHeading(anonymous(text)).title;
  expect(title("main R: <module>;work 60")).toBe("python app.py");
  expect(title("main R: work 60")).toBe("/usr/bin/python");
});

test("what filters left out is in the line and below", () => {
  const input = reportInput("main R: main;work 60\nmain S: main;wait 40", {
    active: true,
    title: "before\u0000the fix",
  });
  const { title, quality, notes } = reportHeading(input);
  expect(title).toBe("before\\x00the fix");
  expect(quality[0]).toBe("60 of 100 samples");
  expect(quality.at(-1)).toBe("filters removed 40.0 %");
  expect(notes[0]).toMatch(/^Left out: .*idle.*: 40 samples \(40\.0 %\), 400 ms\.$/);
});

test("a recording without an end says so", () => {
  const { quality } = reportHeading(reportInput("main R: main 10", { capture: { footer: false } }));
  expect(quality).toContain("recording cut short");
});
