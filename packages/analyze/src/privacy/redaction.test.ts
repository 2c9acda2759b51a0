// SPDX-License-Identifier: MIT
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { file_pspy, Redaction, RunFlag, TaskKind } from "@pyspy/schemas";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CaptureInspector } from "../inspect/inspect-capture.ts";
import type { Profile } from "../model/profile.ts";
import { readCapture } from "../read/read-capture.ts";
import { parseNamePattern } from "../select/name-pattern.ts";
import { selectAll } from "../select/selection.ts";
import { arbitraryRuns } from "../testing/arbitrary-runs.ts";
import { captureOf, writeCapture } from "../testing/capture-writer.ts";
import { hottest } from "../tree/hottest.ts";
import { concatBytes, RecordWriter } from "../write/record-writer.ts";
import { CaptureRedactor, type RedactionRequest } from "./redaction.ts";

const hash = (key: string) => (text: string) =>
  createHmac("sha256", key).update(text).digest("hex");
const STRICT: RedactionRequest = { level: "strict", hash: hash("key") };

function redact(bytes: Uint8Array, request: RedactionRequest, step = bytes.length) {
  const redactor = new CaptureRedactor(request);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    parts.push(...redactor.push(bytes.subarray(at, at + step)));
  }
  parts.push(...redactor.endInput());
  return { bytes: concatBytes(parts), losses: redactor.losses, names: redactor.names };
}

function inspect(bytes: Uint8Array) {
  const inspector = new CaptureInspector();
  inspector.push(bytes);
  inspector.endInput();
  return inspector.result();
}

/** A capture in which every text that the format has room for says what it is, and gives it away. */
function tellTale(): Uint8Array {
  const writer = new RecordWriter();
  const strings: string[] = [];
  const id = (text: string): number => strings.push(text);
  const prefix = "/home/alice/.pyenv/versions/3.13.0";
  const tables = {
    process: [
      {
        pid: 42,
        executable: id(`${prefix}/bin/python3.13`),
        argument: ["python3.13", "/home/alice/shop/serve.py", "--password=hunter2"].map(id),
        python: { version: id("3.13.0"), implementation: id("CPython"), prefix: [id(prefix)] },
        environment: [id("SHOP_OWNER=alice"), id("RANK=3")],
        role: id("alices-pool-7"),
        cgroup: id("/user.slice/user-1000.slice/alice.service"),
      },
    ],
    owner: [
      {
        process: 1,
        kind: {
          case: "thread" as const,
          value: {
            tid: 42n,
            pythonName: id("conn 10.1.2.3 alice@example.org"),
            osName: id("shopd"),
            main: true,
          },
        },
      },
      {
        process: 1,
        kind: {
          case: "task" as const,
          value: { kind: TaskKind.TASK_ASYNCIO, name: id("charge-card") },
        },
      },
    ],
    state: [{ flags: 4096 }],
    code: [
      {
        name: id("charge"),
        qualifiedName: id("Shop.charge.<locals>.<lambda>"),
        file: id("/home/alice/shop/pay.py"),
        firstLine: 1,
        firstArgument: id("self"),
      },
      {
        name: id("decode"),
        qualifiedName: id("JSONDecoder.decode"),
        file: id(`${prefix}/lib/python3.13/json/decoder.py`),
        firstLine: 1,
        firstArgument: 0,
      },
      {
        name: id("call"),
        qualifiedName: id("call"),
        file: id(`${prefix}/lib/python3.13/site-packages/secretlib/api.py`),
        firstLine: 1,
        firstArgument: id("client"),
      },
    ],
    pythonFrames: { code: [1, 2, 3], instruction: [0, 0, 0], flags: [0, 0, 0] },
    pythonStacks: { parentDelta: [1, 1, 1], frame: [1, 3, 2] },
    mapping: [
      { path: id("/home/alice/shop/_fast.so"), buildId: Uint8Array.of(1, 2) },
      { path: id("/usr/lib/x86_64-linux-gnu/libc.so.6"), buildId: Uint8Array.of(3) },
    ],
    nativeFrames: { mapping: [1, 2], address: [1n, 2n], flags: [0, 0] },
    nativeSymbol: [
      {
        frame: 1,
        name: id("shop_fast_pay"),
        rawName: id("_Z13shop_fast_pay"),
        file: id("/home/alice/shop/fast.c"),
      },
      { frame: 2, name: id("read"), rawName: id("__libc_read"), file: 0 },
    ],
    string: strings,
  };
  writer.add({
    case: "header",
    value: {
      format: "pspy",
      majorVersion: 1,
      captureId: new Uint8Array(16).fill(7),
      agentVersion: "0.1.0",
      clock: { realtimeNanos: 1n },
      host: { os: "linux", name: "alices-laptop", bootId: new Uint8Array(16).fill(9) },
      options: {
        rateHertz: 100,
        redaction: Redaction.NONE,
        argument: ["pyspy-capture", "--", "hunter2"],
      },
      label: [{ key: "owner", value: "alice@example.org" }],
    },
  });
  writer.add({
    case: "chunkStart",
    value: { marker: 0x4b4e484359505350n, tickUnitNanos: 1000, rateHertz: 100 },
  });
  writer.add({ case: "tables", value: tables });
  const flags = RunFlag.RUN_OWNER | RunFlag.RUN_PYTHON_STACK | RunFlag.RUN_STATE;
  writer.add({
    case: "samples",
    value: {
      tickDelta: [0, 10_000, 10_000],
      run: [flags, 2, 2],
      owner: [1],
      pythonStack: [1, 1, 1],
      state: [1],
    },
  });
  writer.add({
    case: "events",
    value: {
      event: [
        { timeNanos: 1n, kind: { case: "note", value: { text: "cannot read /home/alice/x" } } },
      ],
    },
  });
  writer.add({
    case: "snapshot",
    value: { owner: 1, frame: [{ variable: [{ name: "card", value: "4111" }] }] },
  });
  writer.add({
    case: "sources",
    value: {
      file: [
        {
          path: strings.indexOf("/home/alice/shop/pay.py") + 1,
          text: Uint8Array.of(104, 117, 110, 116, 101, 114, 50),
        },
      ],
    },
  });
  writer.endChunk({ timeNanos: 30_000_000n });
  writer.add({
    case: "footer",
    value: { reason: 1, timeNanos: 30_000_000n, message: "as asked by alice@example.org" },
  });
  return writer.bytes();
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

/** What must not depend on redaction: stacks, times, states. */
function shape({ samples, stacks, frames, threads, damage }: Profile) {
  const { startNanos, wallNanos, cpuNanos, ticks, flags, thread, stack } = samples;
  return {
    columns: [startNanos, wallNanos, cpuNanos, ticks, flags, thread, stack].map((c) => [...c]),
    stacks: [[...stacks.parent], [...stacks.frame]],
    lines: [...frames.line],
    threads: threads.map(({ tid, main }) => [tid, main]),
    damage,
  };
}

const RECORDINGS = [
  "../../../../samples/recordings/web_like.pspy",
  "../../../../test/format/v1.0/nested.pspy",
].map((path) => new Uint8Array(readFileSync(new URL(path, import.meta.url))));

describe("redaction", { timeout: 60_000 }, () => {
  it("none: writes the same capture anew", () => {
    for (const bytes of [...RECORDINGS, tellTale()]) {
      const written = redact(bytes, { level: "none" });
      expect(written.losses).toEqual([]);
      const { recordings, ...profile } = readCapture(written.bytes);
      const { recordings: before, ...original } = readCapture(bytes);
      expect(profile).toEqual(original);
      expect(recordings.map(({ header }) => header)).toEqual(before.map(({ header }) => header));
      expect(redact(written.bytes, { level: "none" }).bytes).toEqual(written.bytes);
    }
  });

  it.each<RedactionRequest>([{ level: "share" }, STRICT])(
    "$level: stacks, times and states stay, in real and generated captures",
    (request) => {
      for (const bytes of [...RECORDINGS, tellTale()]) {
        const profile = readCapture(redact(bytes, request).bytes);
        expect(shape(profile)).toEqual(shape(readCapture(bytes)));
        const weights = (of: Profile) =>
          hottest(selectAll(of))
            .map(({ self }) => self)
            .sort();
        expect(weights(profile)).toEqual(weights(readCapture(bytes)));
      }
      fc.assert(
        fc.property(arbitraryRuns, fc.integer({ min: 1, max: 999 }), (runs, step) => {
          const bytes = writeCapture(runs, { cpu: true });
          const written = redact(bytes, request, step);
          expect(shape(readCapture(written.bytes))).toEqual(shape(readCapture(bytes)));
          expect(redact(gzipSync(bytes), request).bytes).toEqual(written.bytes);
        }),
      );
    },
  );

  it("share: takes out persons, machines and secrets, and keeps the names of code", () => {
    const { bytes } = redact(tellTale(), { level: "share" });
    const text = textOf(bytes);
    for (const private_ of [
      "alice@",
      "/home/alice",
      "hunter2",
      "laptop",
      "10.1.2.3",
      "4111",
      "user-1000",
    ]) {
      expect(text).not.toContain(private_);
    }
    const { processes, threads, functions, recordings } = readCapture(bytes);
    expect(processes[0]!.command).toEqual(["python3.13", "~/shop/serve.py"]);
    expect(threads[0]!.name).toBe("conn <address> <email>");
    expect(functions.map(({ name, file }) => `${file} ${name}`)).toEqual([
      "~/shop/pay.py Shop.charge.<locals>.<lambda>",
      "~/.pyenv/versions/3.13.0/lib/python3.13/site-packages/secretlib/api.py call",
      "~/.pyenv/versions/3.13.0/lib/python3.13/json/decoder.py JSONDecoder.decode",
    ]);
    expect(recordings[0]!.header.host).toMatchObject({ os: "linux", name: "" });
    expect(recordings[0]!.header.options!.redaction).toBe(Redaction.DEFAULT);
    const left = inspect(bytes);
    expect(left.findings.filter(({ removedBy }) => removedBy === "share")).toEqual([]);
    expect(left.redactions).toEqual(["agent: default", "redact: share"]);
  });

  it("strict: leaves no name of the program, and the names of Python's library", () => {
    const { bytes } = redact(tellTale(), STRICT);
    const text = textOf(bytes);
    for (const own of [
      "alice",
      "shop",
      "charge",
      "secretlib",
      "hunter2",
      "conn",
      "fast",
      "laptop",
      "client",
      "call",
      "card",
    ]) {
      expect(text, own).not.toContain(own);
    }
    const { functions, recordings } = readCapture(bytes);
    expect(functions[0]!.name).toMatch(/^n_\w{10}\.n_\w{10}\.<locals>\.<lambda>$/);
    expect(functions[0]!.file).toMatch(/^\/home\/n_\w{10}\/n_\w{10}\/n_\w{10}\.py$/);
    expect(functions[1]!.file).toMatch(
      /\/lib\/python3\.13\/site-packages\/n_\w{10}\/n_\w{10}\.py$/,
    );
    expect(functions[2]).toMatchObject({ name: "JSONDecoder.decode" });
    expect(functions[2]!.file).toMatch(/^\/home\/n_.*\/lib\/python3\.13\/json\/decoder\.py$/);
    expect(text).toContain("__libc_read");
    expect(recordings[0]!.header.captureId).toHaveLength(0);
    const left = inspect(bytes).findings.filter(({ kind }) => kind !== "label");
    expect(left).toEqual([]);
  });

  it("strict: equal names have equal pseudonyms under one key, others under another", () => {
    const [first] = [redact(tellTale(), STRICT)];
    expect(redact(tellTale(), STRICT).bytes).toEqual(first!.bytes);
    const other = redact(tellTale(), { level: "strict", hash: hash("another") });
    expect([...other.names.keys()].filter((name) => first!.names.has(name))).toEqual([]);
  });

  it("strict: keeps what it is told to, and can be undone by who has the names", () => {
    const keep = [parseNamePattern("/secretlib/")];
    const kept = redact(tellTale(), { level: "strict", hash: hash("key"), keep });
    expect(readCapture(kept.bytes).functions[1]).toMatchObject({ name: "call" });
    const { bytes, names } = redact(tellTale(), STRICT);
    const restored = readCapture(redact(bytes, { level: "restore", names }).bytes);
    const named = (profile: Profile) =>
      profile.functions.map(({ name, file }) => `${file} ${name}`);
    expect(named(restored)).toEqual(named(readCapture(tellTale())));
    expect(restored.threads[0]!.name).toBe("conn 10.1.2.3 alice@example.org");
  });

  it("inspect: finds all that the tell-tale gives away, and what takes it out", () => {
    const { findings, redactions } = inspect(tellTale());
    expect(redactions).toEqual(["agent: none"]);
    const rows = findings.map(({ kind, removedBy, count }) => `${kind} ${removedBy} ${count}`);
    expect(rows.join("; ")).toMatchInlineSnapshot(
      `"secret share 1; local-variables share 1; source-text share 1; program-arguments share 1; agent-command share 1; email share 1; home-directory share 1; ip-address share 1; host-name share 1; boot-id share 1; cgroup share 1; label strict 1; environment strict 2; note strict 2; role strict 1; thread-name strict 3; own-file strict 3; own-function strict 3; own-symbol strict 2; capture-id strict 1"`,
    );
  });

  it("never makes a wrong checksum right, and says what it left out", () => {
    const whole = captureOf("main R: a;b 20\nw S: c 20");
    for (let at = 0; at < whole.length; at += 7) {
      const flipped = whole.slice();
      flipped[at]! ^= 1 << (at % 8);
      let written: ReturnType<typeof redact>;
      try {
        written = redact(flipped, STRICT);
      } catch (error) {
        // The only header there is: nothing can be done with the file.
        expect((error as { code: string }).code).toMatch(/CAPTURE/);
        continue;
      }
      const before = readCapture(flipped);
      expect(readCapture(written.bytes).samples.length).toBeLessThanOrEqual(before.samples.length);
      if (before.damage.length > 0) expect(written.losses.length).toBeGreaterThan(0);
    }
    for (let end = 60; end < whole.length; end += 11) {
      const cut = whole.subarray(0, end);
      const { bytes } = redact(cut, { level: "share" });
      expect(readCapture(bytes).samples.length).toBe(readCapture(cut).samples.length);
    }
  });

  it("knows every field of the format that may hold text", () => {
    // A field that is added must be given a rule in chunk-rewriter.ts before it is added here.
    const fields = file_pspy.messages.flatMap((message) =>
      message.fields
        .filter((field) => {
          const scalar = "scalar" in field ? field.scalar : undefined;
          return scalar === 9 || scalar === 12 || scalar === 13;
        })
        .map((field) => `${message.name}.${field.name}`),
    );
    expect(fields.join(" ")).toMatchInlineSnapshot(
      `"Header.format Header.major_version Header.minor_version Header.capture_id Header.agent_version Import.format Import.program Import.loss Host.os Host.kernel_release Host.architecture Host.cpu_count Host.name Host.boot_id Options.argument WeightType.name WeightType.unit Label.key Label.value ChunkStart.tick_unit_nanos Footer.message Tables.string Process.pid Process.namespace_pid Process.parent_pid Process.executable Process.argument Process.exec_count Process.role Process.cgroup Process.environment Python.hex_version Python.version Python.implementation Python.prefix Owner.process Thread.python_name Thread.os_name Task.name Task.thread Task.awaited_by State.flags State.os_state CodeObject.name CodeObject.qualified_name CodeObject.file CodeObject.flags CodeObject.line_table CodeObject.first_argument PythonFrames.code PythonFrames.flags Stacks.parent_delta Stacks.frame Mapping.path Mapping.build_id NativeFrames.mapping NativeFrames.flags NativeSymbol.frame NativeSymbol.name NativeSymbol.raw_name NativeSymbol.file NativeSymbol.line SampleBlock.tick_delta SampleBlock.run SampleBlock.state SampleBlock.cpu SampleBlock.gap Weight.type ProcessStarted.process ProcessExecuted.process ProcessExited.process ProcessExited.exit_status ProcessExited.signal ThreadExited.owner Note.process Note.text Snapshot.owner FrameVariables.depth Variable.name Variable.type_name Variable.value SourceFile.path SourceFile.text"`,
    );
  });
});
