// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { otlp, parca, pprof } from "@pyspy/schemas";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { captureOf } from "../../../analyze/src/testing/capture-writer.ts";
import { main } from "../main.ts";
import { memoryIo } from "../testing/memory-io.ts";

interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

type Respond = (response: ServerResponse, count: number) => void;

const SECRET = "s3cr3t-t0k3n";
const START_SECONDS = 1_700_000_000;

let folder: string;
let server: Server;
let url: string;
let asked: Asked[];
let respond: Respond;

const JSON_TYPE = { "content-type": "application/json" };
const PROTO_TYPE = { "content-type": "application/x-protobuf" };
const ok: Respond = (response) => void response.writeHead(200, JSON_TYPE).end("{}");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-push-"));
  const text = "main gil R: main;work;hot:3 150\nmain S: main;wait 100";
  writeFileSync(join(folder, "web.pspy"), captureOf(text, { hostName: "web-1" }));
  writeFileSync(join(folder, "db.pspy"), captureOf("main R: main;hot:4 5", { hostName: "db-1" }));
  writeFileSync(join(folder, "token"), `${SECRET}\n`);
  server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { url: path = "", headers } = request;
    respond(response, asked.push({ path, headers, body: Buffer.concat(pieces) }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  asked = [];
  respond = ok;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true });
});

async function run(...argv: readonly string[]) {
  const io = memoryIo({ cwd: folder, env: { API_KEY: SECRET, BROKEN: "a\nb" } });
  const code = await main(["push", ...argv], io);
  return { code, out: io.out(), err: io.err() };
}

const to = (kind: string, ...more: string[]) => ["web.pspy", "--to", url, "--kind", kind, ...more];

interface Series {
  readonly labels: { name: string; value: string }[];
  readonly samples: { rawProfile: string }[];
}

function seriesOf({ body }: Asked): { labels: Record<string, string>; profile: pprof.Profile } {
  const [series] = JSON.parse(body.toString()).series as [Series];
  const bytes = gunzipSync(Buffer.from(series.samples[0]!.rawProfile, "base64"));
  const list =
    "labels" in series.labels ? (series.labels.labels as Series["labels"]) : series.labels;
  const labels = Object.fromEntries(list.map(({ name, value }) => [name, value]));
  return { labels, profile: fromBinary(pprof.ProfileSchema, bytes) };
}

function wallOf({ sample }: pprof.Profile): number {
  return sample.reduce((sum, { value }) => sum + Number(value[0]), 0);
}

describe("to Pyroscope", () => {
  it("a profile goes for each window, with its time and labels", async () => {
    const given = ["--label", 'pod=a,b}="c"', "--label", "service_name=api"];
    const { code, out } = await run(...to("pyroscope", "--window", "1s", "--idle", ...given));
    expect(code).toBe(0);
    expect(out).toContain(`3 profiles, `);
    expect(asked.map(({ path }) => path)).toEqual(Array(3).fill("/push.v1.PusherService/Push"));
    const sent = asked.map(seriesOf);
    const labels = { __name__: "wall", service_name: "api", host: "web-1", pod: 'a,b}="c"' };
    expect(sent.map((each) => each.labels)).toEqual([labels, labels, labels]);
    expect(
      sent.map(({ profile }) => [Number(profile.timeNanos / 1_000_000_000n), wallOf(profile)]),
    ).toEqual([
      [START_SECONDS, 1e9],
      [START_SECONDS + 1, 1e9],
      [START_SECONDS + 2, 0.5e9],
    ]);
    // Of each only the code that is in it.
    expect(sent.map(({ profile }) => profile.function.length)).toEqual([3, 4, 2]);
  });

  it("several recordings keep their own labels", async () => {
    expect((await run("web.pspy", "db.pspy", ...to("pyroscope").slice(1))).code).toBe(0);
    expect(
      asked.map(seriesOf).map(({ labels, profile }) => [labels["host"], wallOf(profile)]),
    ).toEqual([
      ["web-1", 1.5e9],
      ["db-1", 0.05e9],
    ]);
    expect(seriesOf(asked[0]!).labels["service_name"]).toBe("python app.py");
  });

  it("filters choose what is sent, and those of the same names as its options have others", async () => {
    const words = ["web.pspy", "db.pspy", ...to("pyroscope").slice(1), "--with-label", "host=^db"];
    await run(...words);
    expect(asked.map(seriesOf).map(({ labels }) => labels["host"])).toEqual(["db-1"]);
    asked = [];
    await run(...to("pyroscope", "--from", "500ms", "--until", "1s"));
    expect(asked.map(seriesOf).map(({ profile }) => wallOf(profile))).toEqual([0.5e9]);
  });
});

describe("to Parca", () => {
  const trailers = (text: string): Buffer =>
    Buffer.concat([Buffer.from([0x80, 0, 0, 0, text.length]), Buffer.from(text)]);
  const answer =
    (text: string): Respond =>
    (response) =>
      void response
        .writeHead(200, { "content-type": "application/grpc-web+proto" })
        .end(Buffer.concat([Buffer.alloc(5), trailers(text)]));

  it("a call of gRPC-Web goes", async () => {
    respond = answer("grpc-status: 0\r\ngrpc-message: \r\n");
    expect((await run(...to("parca"))).code).toBe(0);
    const [{ path, headers, body }] = asked as [Asked];
    expect(path).toBe("/parca.profilestore.v1alpha1.ProfileStoreService/WriteRaw");
    expect(headers["content-type"]).toBe("application/grpc-web+proto");
    expect(body.readUInt32BE(1)).toBe(body.length - 5);
    const { series } = fromBinary(parca.WriteRawRequestSchema, body.subarray(5));
    const labels = series[0]!.labels!.labels.map(({ name, value }) => [name, value]);
    expect(labels).toContainEqual(["__name__", "pyspy"]);
    expect(labels).toContainEqual(["host", "web-1"]);
    const profile = fromBinary(pprof.ProfileSchema, gunzipSync(series[0]!.samples[0]!.rawProfile));
    expect(wallOf(profile)).toBe(1.5e9);
    // Parca refuses others.
    for (const { length, ids } of [
      { length: profile.location.length, ids: profile.location.map(({ id }) => Number(id)) },
      { length: profile.function.length, ids: profile.function.map(({ id }) => Number(id)) },
    ]) {
      expect(ids).toEqual(Array.from({ length }, (_, index) => index + 1));
    }
  });

  it("its status decides, not that of HTTP", async () => {
    respond = answer("grpc-status: 3\r\ngrpc-message: invalid%20profile\r\n");
    const { code, err } = await run(...to("parca"));
    expect({ code, err }).toMatchObject({
      code: 11,
      err: expect.stringContaining("status 3: invalid profile"),
    });
    expect(asked).toHaveLength(1);
    respond = answer("grpc-status: 14\r\n");
    expect((await run(...to("parca", "--retries", "1"))).code).toBe(11);
    expect(asked).toHaveLength(3);
  });
});

it.each(["pyroscope", "parca", "otlp"])("a page for people is no answer: %s", async (kind) => {
  respond = (response) =>
    void response.writeHead(200, { "content-type": "text/html" }).end("<p>hello");
  const { code, err } = await run(...to(kind));
  expect({ code, err }).toMatchObject({
    code: 11,
    err: expect.stringMatching(/text\/html|did not answer/),
  });
});

describe("to a collector", () => {
  beforeEach(() => {
    respond = (response) => void response.writeHead(200, PROTO_TYPE).end();
  });

  it("a request of OTLP goes, with labels as attributes of resources", async () => {
    expect((await run(...to("otlp", "--label", "deployment.environment=test"))).code).toBe(0);
    const [{ path, headers, body }] = asked as [Asked];
    expect({ path, type: headers["content-type"], coding: headers["content-encoding"] }).toEqual({
      path: "/v1development/profiles",
      type: "application/x-protobuf",
      coding: "gzip",
    });
    const { resourceProfiles } = fromBinary(otlp.ProfilesDataSchema, gunzipSync(body));
    const attributes = resourceProfiles[0]!.resource!.attributes.map(({ key, value }) => [
      key,
      value!.value.value,
    ]);
    expect(attributes).toContainEqual(["deployment.environment", "test"]);
    expect(attributes).toContainEqual(["process.pid", 42n]);
    const wall = resourceProfiles[0]!.scopeProfiles[0]!.profiles[0]!.samples;
    expect(wall.reduce((sum, { values }) => sum + Number(values[0]), 0)).toBe(1.5e9);
  });

  it("what it takes only a part of is not pushed", async () => {
    const partialSuccess = { rejectedProfiles: 3n, errorMessage: "no room\u001b[2J" };
    const schema = otlp.ExportProfilesServiceResponseSchema;
    respond = (response) =>
      void response
        .writeHead(200, PROTO_TYPE)
        .end(toBinary(schema, create(schema, { partialSuccess })));
    const { code, err } = await run(...to("otlp"));
    expect(code).toBe(11);
    expect(err).toContain("3 profiles rejected: no room\\x1b[2J");
    expect(asked).toHaveLength(1);
  });
});

it("a dry run says what would be sent, and asks nobody", async () => {
  const { code, out } = await run(...to("pyroscope", "--dry-run", "--window", "500ms", "--json"));
  expect(code).toBe(0);
  expect(asked).toEqual([]);
  const { answer } = JSON.parse(out);
  expect(answer).toMatchObject({ url: `${url}/push.v1.PusherService/Push`, dryRun: true });
  expect(
    answer.profiles.map(({ start, samples }: { start: string; samples: number }) => [
      start,
      samples,
    ]),
  ).toEqual([
    ["2023-11-14T22:13:20.000Z", 50],
    ["2023-11-14T22:13:20.500Z", 50],
    ["2023-11-14T22:13:21.000Z", 50],
  ]);
  expect((await run(...to("pyroscope", "--dry-run"))).out).toContain("Would be pushed");
});

describe("a server that does not take it", () => {
  it("is asked again when that may help, and said so", async () => {
    respond = (response, count) => {
      if (count === 1) response.writeHead(503, { "retry-after": "0" }).end("busy");
      else if (count === 2) response.destroy();
      else if (count === 3)
        response.writeHead(429, { "retry-after": new Date(0).toUTCString() }).end();
      else ok(response, count);
    };
    const { code, err } = await run(...to("pyroscope"));
    expect(code).toBe(0);
    expect(asked).toHaveLength(4);
    expect(new Set(asked.map(({ body }) => body.toString())).size).toBe(1);
    expect(err).toContain("answered 503: busy; again in");
    expect(err).toContain("no answer from 127.0.0.1");
  });

  it("is given up on at last", async () => {
    respond = (response) => void response.writeHead(502, { "retry-after": "0" }).end();
    const { code, err } = await run(...to("pyroscope", "--retries", "2"));
    expect(code).toBe(11);
    expect(asked).toHaveLength(3);
    expect(err).toContain("not pushed");
  });

  it("that answers too late is not waited for", async () => {
    respond = () => {};
    const { code, err } = await run(...to("pyroscope", "--timeout", "50ms", "--retries", "0"));
    expect({ code, err }).toMatchObject({
      code: 11,
      err: expect.stringContaining("none in 0.05 s"),
    });
  });

  it.each([
    [400, '{"code":"invalid_argument","message":"profile too old"}', "400: profile too old"],
    [401, "who are you?", "--header-env"],
    [404, "404 page not found", "--kind"],
    [413, "", "--window"],
    [422, "\u001b[2Jx".repeat(1e5), "\\x1b[2J"],
  ])("says why: %i", async (status, body, message) => {
    respond = (response) => void response.writeHead(status).end(body);
    const { code, err } = await run(...to("pyroscope"));
    expect(code).toBe(11);
    expect(asked).toHaveLength(1);
    expect(err).toContain(message);
    expect(err).not.toContain("\u001b");
    expect(err.length).toBeLessThan(2000);
  });

  it("that sends elsewhere is not followed with the key", async () => {
    respond = (response) =>
      void response.writeHead(307, { location: "http://127.0.0.1:9/x" }).end();
    const { code, err } = await run(...to("pyroscope", "--token-file", "token"));
    expect({ code, err }).toMatchObject({
      code: 11,
      err: expect.stringContaining("it is at http://127.0.0.1:9/x"),
    });
    expect(asked).toHaveLength(1);
  });

  it("in the middle leaves it told how to go on", async () => {
    respond = (response, count) =>
      void response.writeHead(count < 3 ? 200 : 400, JSON_TYPE).end("{}");
    const { code, err } = await run(...to("pyroscope", "--window", "500ms"));
    expect(code).toBe(11);
    expect(err).toMatch(/2 taken before; --from 1\.00s goes on/);
    respond = ok;
    asked = [];
    await run(...to("pyroscope", "--window", "500ms", "--from", "1.00s"));
    expect(asked.map(seriesOf).map(({ profile }) => wallOf(profile))).toEqual([0.5e9]);
  });
});

describe("a key", () => {
  it("comes from the environment or a file, and is nowhere else", async () => {
    const { code, out, err } = await run(
      ...to("pyroscope", "--header-env", "X-Api-Key=API_KEY", "--token-file", "token"),
    );
    expect(code).toBe(0);
    const [{ headers, body }] = asked as [Asked];
    expect(headers["x-api-key"]).toBe(SECRET);
    expect(headers["authorization"]).toBe(`Bearer ${SECRET}`);
    const profile = gunzipSync(
      Buffer.from(
        (JSON.parse(body.toString()).series[0] as Series).samples[0]!.rawProfile,
        "base64",
      ),
    );
    for (const text of [out, err, profile.toString("latin1")]) expect(text).not.toContain(SECRET);
  });

  it("that goes over the network in the open is warned of", async () => {
    const open = [
      "web.pspy",
      "--to",
      "http://push.invalid",
      "--kind",
      "pyroscope",
      "--retries",
      "0",
      "--timeout",
      "1ms",
    ];
    expect((await run(...open, "--header-env", "X=API_KEY")).err).toContain("unencrypted");
    expect((await run(...open)).err).not.toContain("unencrypted");
  });
});

it.each([
  [["web.pspy"], "--to URL"],
  [["--to", "http://127.0.0.1:9", "--kind", "otlp"], "no capture"],
  [["web.pspy", "--to", "nowhere", "--kind", "otlp"], "takes a URL"],
  [["web.pspy", "--to", "ftp://nowhere", "--kind", "otlp"], "http"],
  [["web.pspy", "--to", "http://me:secret@nowhere", "--kind", "otlp"], "history"],
  [["web.pspy", "--to", "http://127.0.0.1:9"], "--kind"],
  [["web.pspy", "--to", "http://127.0.0.1:9", "--kind", "parca", "--label", "a.b=c"], "letters"],
  [["web.pspy", "--to", "http://127.0.0.1:9", "--kind", "parca", "--label", "a"], "KEY=VALUE"],
  [
    ["web.pspy", "--to", "http://127.0.0.1:9", "--kind", "parca", "--header-env", "A=NOT_SET"],
    "NOT_SET",
  ],
  [
    ["web.pspy", "--to", "http://127.0.0.1:9", "--kind", "parca", "--header-env", "A=BROKEN"],
    "BROKEN",
  ],
  [["web.pspy", "--to", "http://127.0.0.1:9", "--kind", "parca", "--window", "0"], "--window"],
])("%j is refused, and nothing is sent", async (argv, message) => {
  const { code, out, err } = await run(...argv);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(message);
  expect(err).not.toContain("secret");
});

it("the URL may say what it is, and have a prefix", async () => {
  await run("web.pspy", "--to", `${url}/team/v1development/profiles`);
  await run("web.pspy", "--to", `${url}/team/`, "--kind", "pyroscope");
  expect(asked.map(({ path }) => path)).toEqual([
    "/team/v1development/profiles",
    "/team/push.v1.PusherService/Push",
  ]);
});

it("sends nothing of recordings that do not say when they were made", async () => {
  writeFileSync(join(folder, "raw.txt"), "main;work 3\n");
  const io = memoryIo({ cwd: folder });
  expect(await main(["push", "raw.txt", "--to", url, "--kind", "pyroscope"], io)).toBe(10);
  expect(io.err()).toContain("push needs to know when samples were taken");
  expect(asked).toEqual([]);
});
