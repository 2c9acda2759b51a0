// SPDX-License-Identifier: MIT

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyze } from "../cli/built-program.ts";
import { openTrace } from "../support/trace-processor.ts";
import { runViewer, viewerPath } from "../support/viewers.ts";

const CAPTURE = fileURLToPath(new URL("../../samples/recordings/web_like.pspy", import.meta.url));

/** When the first observation of an export was: ns since 1970, as its reader has it. */
type Reader = (file: string) => bigint | Promise<bigint>;

const readers: Readonly<Record<string, { readonly options?: string[]; readonly read: Reader }>> = {
  "stack.pftrace": { read: (file) => firstOfProtobuf("perfetto", file) },
  "perf.pftrace": {
    options: ["--perfetto-samples", "perf"],
    read: (file) => firstOfTrace(file, "select min(ts) as first from perf_sample"),
  },
  "slices.pftrace": { options: ["--perfetto-samples", "slices"], read: firstSlice },
  "run.chrometrace.json": { read: firstSlice },
  "run.firefox.json": { read: firstOfFirefox },
  "run.speedscope.json": { read: firstOfSpeedscope },
  "run.otlp": { read: (file) => firstOfProtobuf("otlp", file) },
  "run.pb.gz": { read: firstOfPprof },
  "run.flamechart.svg": { read: firstOfFlamechart },
};
/** The chart says times to the ms; the others hold numbers. */
const GRAIN_NANOS: Readonly<Record<string, number>> = { "run.flamechart.svg": 5_000_000 };

describe.each([
  ["a whole recording", []],
  ["a part of it", ["--from", "3.21s", "--to", "5s"]],
])("%s begins at the same moment", (_, filter) => {
  let folder: string;
  let first: bigint;

  function write(output: string, options: readonly string[] = []): string {
    const { status } = analyze(folder, CAPTURE, "--idle", ...filter, ...options, "-o", output);
    expect(status).toBe(0);
    return join(folder, output);
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "pyspy-wall-clock-"));
    const { answer } = JSON.parse(readFileSync(write("run.json"), "utf8"));
    first = BigInt(answer.originRealtimeNanos) + BigInt(Math.min(...answer.runs.startNanos));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(Object.entries(readers))("in %s", async (name, { options, read }) => {
    const found = await read(write(name, options));
    expect(Math.abs(Number(found - first))).toBeLessThanOrEqual(GRAIN_NANOS[name] ?? 1000);
  });
});

function firstOfProtobuf(kind: "perfetto" | "otlp", file: string): bigint {
  const script = fileURLToPath(new URL("../support/read-protobuf-export.py", import.meta.url));
  const text = runViewer(viewerPath("format-schemas"), [script, kind, file]);
  const { rows } = JSON.parse(text) as { rows: { startNanos: string }[] };
  return rows.map(({ startNanos }) => BigInt(startNanos)).sort((a, b) => (a < b ? -1 : 1))[0]!;
}

async function firstOfTrace(file: string, query: string): Promise<bigint> {
  const trace = await openTrace(readFileSync(file));
  const [row] = trace.query(query.replace(/(min\(ts\))/, "cast($1 as text)"));
  return BigInt(String(row!["first"]));
}

function firstSlice(file: string): Promise<bigint> {
  return firstOfTrace(
    file,
    `select min(ts) as first from slice join thread_track on slice.track_id = thread_track.id
     where thread_track.name is null or thread_track.name != 'GIL'`,
  );
}

function firstOfFirefox(file: string): bigint {
  const { meta, threads } = JSON.parse(readFileSync(file, "utf8")) as {
    meta: { startTime: number };
    threads: { samples: { stack: (number | null)[]; time: number[] } }[];
  };
  const times = threads.flatMap(({ samples: { stack, time } }) =>
    time.filter((_, at) => stack[at] !== null),
  );
  return nanosOf(meta.startTime * 1e-3) + nanosOf(Math.min(...times) * 1e-3);
}

function firstOfSpeedscope(file: string): bigint {
  const { pyspy, profiles } = JSON.parse(readFileSync(file, "utf8")) as {
    pyspy: { startRealtimeNanos: string };
    profiles: { samples: number[][]; weights: number[] }[];
  };
  // The last is of all threads together, and has no order in time.
  const starts = profiles
    .slice(0, -1)
    .map(({ samples, weights }) => (samples[0]!.length === 0 ? weights[0]! : 0));
  return BigInt(pyspy.startRealtimeNanos) + BigInt(Math.min(...starts));
}

function firstOfPprof(file: string): bigint {
  const raw = runViewer(viewerPath("pprof"), ["-raw", file]);
  const [, date, time, fraction = ""] = /^Time: (\S+) ([\d:]+)(?:\.(\d+))? /m.exec(raw)!;
  const seconds = Date.parse(`${date}T${time}Z`) / 1000;
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
}

/** Boxes say how long after time zero they begin; the foot says when that was. */
function firstOfFlamechart(file: string): bigint {
  const svg = readFileSync(file, "utf8");
  const [, zero] = /Time zero is ([^<]*) UTC\./.exec(svg)!;
  const seconds = [...svg.matchAll(/, from ([\d.]+) (s|ms) on/g)].map(
    ([, value, unit]) => Number(value) * (unit === "s" ? 1 : 1e-3),
  );
  return (
    BigInt(Date.parse(`${zero!.replace(" ", "T")}Z`)) * 1_000_000n + nanosOf(Math.min(...seconds))
  );
}

function nanosOf(seconds: number): bigint {
  return BigInt(Math.round(seconds * 1e9));
}
