// SPDX-License-Identifier: MIT

import { formatByName } from "@pyspy/report";
import { expect, test } from "vitest";
import { joinBytes } from "../../packages/report/src/testing/join-bytes.ts";
import { reportInput } from "../../packages/report/src/testing/report-input.ts";
import { openTrace, type SqlRow } from "../support/trace-processor.ts";

const ERRORS =
  "select name, value from stats where severity in ('error', 'data_loss') and value > 0";
const TEXT = `
  main gil R: main:3;work:7 30
  main S: main:4;wait:9 40
  main R: main:4 10
  worker waits S: run:2;work:7 20
  worker gil R: run:2;work:7 10
`;

type Modes = "stack" | "perf" | "slices";

/** What Trace Processor answers about a trace of the text, without what filters leave out. */
async function ask(samples: Modes, sql: string): Promise<SqlRow[]> {
  const input = reportInput(TEXT, { active: true, perfettoSamples: samples });
  const trace = await openTrace(joinBytes(formatByName("perfetto")!.render(input)));
  expect(trace.query(ERRORS)).toEqual([]);
  return trace.query(sql);
}

test.each<Modes>(["stack", "perf", "slices"])("%s: processes and threads", async (samples) => {
  const rows = await ask(
    samples,
    `select process.name as process, pid, thread.name as thread
     from thread join process using (upid) where thread.name is not null and pid > 0
     order by thread.name`,
  );
  expect(rows).toEqual([
    { process: "python app.py", pid: 42, thread: "main" },
    { process: "python app.py", pid: 42, thread: "worker" },
  ]);
});

test("the GIL: who held it, who waited, and how many did", async () => {
  const slices = await ask(
    "stack",
    `select thread.name as thread, slice.name, slice.dur / 1000000 as ms
     from slice join thread_track track on slice.track_id = track.id join thread using (utid)
     where track.name = 'GIL' order by slice.ts, thread.name`,
  );
  expect(slices).toEqual([
    { thread: "main", name: "holds the GIL", ms: 300 },
    { thread: "worker", name: "waits for the GIL", ms: 200 },
    { thread: "worker", name: "holds the GIL", ms: 100 },
  ]);
  const counted = await ask(
    "stack",
    `select counter.value from counter join process_counter_track track
     on counter.track_id = track.id where track.name = 'threads waiting for the GIL' order by ts`,
  );
  expect(counted).toEqual([{ value: 1 }, { value: 0 }]);
});

test("states of threads, also of what is left out", async () => {
  const states = await ask(
    "stack",
    `select thread.name as thread, state, dur / 1000000 as ms
     from thread_state join thread using (utid) where dur >= 0 order by thread.name, ts`,
  );
  expect(states).toEqual([
    { thread: "main", state: "R", ms: 300 },
    { thread: "main", state: "S", ms: 400 },
    { thread: "worker", state: "S", ms: 200 },
    { thread: "worker", state: "R", ms: 100 },
  ]);
});

test("times are of the wall clock", async () => {
  const [first] = await ask(
    "slices",
    "select cast(min(ts) / 1000000000 as int) as seconds from slice",
  );
  expect(first).toEqual({ seconds: 1_700_000_000 });
});
