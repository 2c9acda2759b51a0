// SPDX-License-Identifier: MIT

import { filterTime } from "@pyspy/analyze";
import { expect, test } from "vitest";
import { reportInput } from "../testing/report-input.ts";
import { shownSpan } from "./recorded-span.ts";

const ORIGIN = 1_700_000_000_000_000_000n;

test.each([
  ["cut", "main R: main;work 100\nother S: wait 100"],
  ["whole", Array.from({ length: 100 }, (_, i) => `main R: main;f${i % 2} 1`).join("\n")],
])("filters of time narrow what is shown, where runs are %s", (_, text) => {
  const { selection } = reportInput(text);
  expect(shownSpan(selection)).toEqual({
    startRealtimeNanos: ORIGIN,
    lengthNanos: 1e9,
    recordedNanos: 1e9,
    periodNanos: 10_000_000,
  });
  const range = { fromNanos: 0.3e9, toNanos: 0.5e9 };
  expect(shownSpan(filterTime(selection, "the rest", range))).toMatchObject({
    startRealtimeNanos: ORIGIN + 300_000_000n,
    lengthNanos: 0.2e9,
    recordedNanos: 0.2e9,
  });
});
