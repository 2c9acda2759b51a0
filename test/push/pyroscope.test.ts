// SPDX-License-Identifier: MIT

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { fromBinary } from "@bufbuild/protobuf";
import { readCapture, selectView } from "@pyspy/analyze";
import { pprof } from "@pyspy/schemas";
import { afterAll, beforeAll, expect, it } from "vitest";
import { main } from "../../packages/cli/src/main.ts";
import { memoryIo } from "../../packages/cli/src/testing/memory-io.ts";
import {
  type ConversationServer,
  type Exchange,
  recordConversation,
  replayConversation,
} from "./conversation.ts";

// A real Pyroscope takes a push, and answers a query with the right totals. It takes minutes to build, so what it
// said is in pyroscope.json, and said again here to whoever asks the same; README.md says how it was recorded:
// PYSPY_PYROSCOPE=http://127.0.0.1:4040 talks with the real one, and writes the file.

const FOLDER = join(import.meta.dirname, "..", "format", "v1.0");
const CAPTURE = "two_threads.pspy";
const RECORDED = join(import.meta.dirname, "pyroscope.json");
const SERVICE = "pyspy-push-test";
const MEASURES = ["wall:nanoseconds", "cpu:nanoseconds", "gil:nanoseconds", "samples:count"];
const real = process.env["PYSPY_PYROSCOPE"];

interface PushBody {
  readonly series: readonly { labels: unknown; samples: readonly { rawProfile: string }[] }[];
}

let server: ConversationServer;

beforeAll(async () => {
  const recorded = JSON.parse(readFileSync(RECORDED, "utf8")) as Exchange[];
  server = await (real === undefined
    ? replayConversation(recorded, asked)
    : recordConversation(new URL(real), asked));
});

afterAll(async () => {
  await server.close();
  if (real !== undefined)
    writeFileSync(RECORDED, `${JSON.stringify(server.exchanges, undefined, 2)}\n`);
});

/** A profile by what is in it: its bytes differ by version and command. */
function asked(path: string, body: Buffer): unknown {
  const value = JSON.parse(body.toString());
  if (!path.endsWith("/Push")) return value;
  return (value as PushBody).series.map(({ labels, samples }) => ({
    labels,
    profiles: samples.map(({ rawProfile }) => {
      const bytes = gunzipSync(Buffer.from(rawProfile, "base64"));
      const { sample, timeNanos, durationNanos } = fromBinary(pprof.ProfileSchema, bytes);
      const sums = MEASURES.map((_, index) =>
        sample.reduce((sum, { value: [...values] }) => sum + values[index]!, 0n),
      );
      return [timeNanos, durationNanos, sample.length, ...sums].map(String);
    }),
  }));
}

async function push(...options: readonly string[]) {
  const io = memoryIo({ cwd: FOLDER });
  const words = ["push", CAPTURE, "--to", server.url, "--kind", "pyroscope", ...options];
  return { code: await main(words, io), out: io.out(), err: io.err() };
}

async function query(method: string, question: object): Promise<unknown> {
  const response = await fetch(`${server.url}/querier.v1.QuerierService/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(question),
  });
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return JSON.parse(text);
}

it("Pyroscope takes what is pushed, and has the totals of the analyzer", async () => {
  const labels = ["--label", `service_name=${SERVICE}`, "--label", 'pod=a,b}"'];
  const { code, out } = await push(...labels, "--window", "100ms", "--json");
  expect(code).toBe(0);
  const { profiles } = JSON.parse(out).answer;
  expect(profiles.length).toBeGreaterThan(1);

  const profile = readCapture(readFileSync(join(FOLDER, CAPTURE)));
  const { totals } = selectView(profile, {});
  const gil = selectView(profile, { states: ["gil"] });
  const active = gil.runs.filter((run) => gil.profile.samples.osState[run] === 0x52);
  const gilNanos = active.reduce((sum, run) => sum + gil.profile.samples.wallNanos[run]!, 0);
  const expected = [totals.wallNanos, totals.cpuNanos, gilNanos, totals.samples];

  const start = Number(profile.originRealtimeNanos / 1_000_000n) - 60_000;
  const found: number[] = [];
  for (const measure of MEASURES) {
    const answer = await query("SelectMergeStacktraces", {
      profile_typeID: `wall:${measure}:wall:nanoseconds`,
      label_selector: `{service_name="${SERVICE}"}`,
      start,
      end: start + 3_600_000,
    });
    const { flamegraph } = answer as { flamegraph: { names: string[]; total: string } };
    expect(flamegraph.names).toContain("spin_alpha");
    found.push(Number(flamegraph.total));
  }
  expect(found).toEqual(expected);
  const { names } = (await query("LabelValues", {
    name: "pod",
    matchers: [`{service_name="${SERVICE}"}`],
    start,
    end: start + 3_600_000,
  })) as { names: string[] };
  expect(names).toEqual(['a,b}"']);
});

it("what Pyroscope refuses is told in its own words", async () => {
  const { code, err } = await push("--label", "__name__=", "--label", "service_name=x");
  expect({ code, err }).toMatchObject({ code: 11, err: expect.stringContaining("answered 400") });
  expect(err).toMatch(/invalid/);
});
