// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { documentMarkdown } from "../document/document-markdown.ts";
import { documentText } from "../document/document-text.ts";
import { HOSTILE_NAMES } from "../testing/hostile-names.ts";
import { renameFunctions, reportInput } from "../testing/report-input.ts";
import { textCells } from "../text/text-cells.ts";
import { summaryAnswer, TICKET_LIMITS, TICKET_LINES } from "./summary-answer.ts";

const TEXT = `
  MainThread gil R: main;work;hot 30
  MainThread R: main;work 20
  MainThread S: main;sleep 50
  worker S: run;wait 100
`;

function render(...args: Parameters<typeof reportInput>): string {
  const { document } = summaryAnswer(reportInput(...args));
  return [...documentText(document, { color: false, columns: 80 })].join("");
}

test("the whole of it", () => {
  expect(render(TEXT, { active: true })).toMatchInlineSnapshot(`
    "python app.py
      50 of 200 samples · 1.00 s · rate 100 Hz asked, 100 achieved · 0.0 % unstable
      filters removed 75.0 %
      Left out: threads that were idle (not runnable): 150 samples (75.0 %), 1.50 s.
      CPython 3.10.13 · pid 42
      Recorded 2023-11-14 22:13:20 UTC for 1.00 s, as long as asked
      pyspy-capture 0.0.0-test

    Threads
      thread  samples    time  active     GIL  name
       11219      100  1.00 s  50.0 %  30.0 %  MainThread
        2046      100  1.00 s   0.0 %   0.0 %  worker

    Functions by their own time
        self           total           function
      300 ms  60.0 %  300 ms   60.0 %  hot (app.py)
      200 ms  40.0 %  500 ms  100.0 %  work (app.py)

    Functions by time with what they call
        self           total           function
      200 ms  40.0 %  500 ms  100.0 %  work (app.py)
         0 s   0.0 %  500 ms  100.0 %  main (app.py)
      300 ms  60.0 %  300 ms   60.0 %  hot (app.py)
    "
  `);
});

test("colour changes nothing but colour", () => {
  const { document } = summaryAnswer(reportInput(TEXT));
  const plain = [...documentText(document, { color: false, columns: 100 })].join("");
  const coloured = [...documentText(document, { color: true, columns: 100 })].join("");
  expect(coloured).not.toBe(plain);
  const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");
  expect(coloured.replaceAll(escapes, "")).toBe(plain);
});

test("for a ticket it has at most 60 lines, whatever was recorded", () => {
  const runs = Array.from(
    { length: 40 },
    (_, i) => `thread-${i} R: main;work_${i};hot_${i};function_${i} 2`,
  );
  const input = reportInput(runs.join("\n"), {
    active: true,
    change: (profile) => ({
      ...profile,
      recordings: Array.from({ length: 9 }, () => ({
        ...profile.recordings[0]!,
        notes: Array.from({ length: 9 }, () => ({
          timeNanos: 0,
          kind: 0,
          process: undefined,
          text: "the agent had something to say",
        })),
      })),
      processes: Array.from({ length: 9 }, (_, i) => ({ ...profile.processes[0]!, pid: i + 1 })),
    }),
  });
  const step = input.selection.steps[0]!;
  const selection = { ...input.selection, steps: [step, step, step] };
  const { document } = summaryAnswer({ ...input, selection }, TICKET_LIMITS);
  const lines = [...documentMarkdown(document)].join("").trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(TICKET_LINES);
  expect(lines.length).toBeGreaterThan(40);
});

test("hostile names neither reach the terminal nor break the layout", () => {
  const text = HOSTILE_NAMES.map((_, index) => `main R: top;f${index} 1`).join("\n");
  const output = render(text, {
    change: (profile) =>
      renameFunctions(profile, (name) => HOSTILE_NAMES[Number(name.slice(1))] ?? name),
  });
  for (const line of output.split("\n")) {
    expect(line).toMatch(/^[^\p{Cc}\p{Cs}]*$/u);
    expect(textCells(line)).toBeLessThanOrEqual(80);
  }
});

test("nothing left by the filters is said in words", () => {
  expect(render("main S: main 3", { active: true })).toContain("No samples are left");
});
