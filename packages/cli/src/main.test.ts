// SPDX-License-Identifier: MIT

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { captureOf } from "../../analyze/src/testing/capture-writer.ts";
import { main } from "./main.ts";
import { FORMAT_DESCRIPTIONS } from "./options/choose-format.ts";
import { type MemoryIoOptions, memoryIo } from "./testing/memory-io.ts";

const STACKS = `
  main gil R: main;work;hot:3 6
  main gil R: main;work;warm:5 4
  other S: wait;sleep:9 10
`;

const formatNames = FORMAT_DESCRIPTIONS.map(({ name }) => name);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-cli-"));
  writeFileSync(join(folder, "run.pspy"), captureOf(STACKS));
});

afterEach(() => rmSync(folder, { recursive: true }));

async function run(argv: readonly string[], options: MemoryIoOptions = {}) {
  const io = memoryIo({ cwd: folder, ...options });
  const code = await main(argv, io);
  return { code, out: io.out(), err: io.err() };
}

const file = (name: string): string => readFileSync(join(folder, name), "utf8");

describe("filters", () => {
  it.each([
    [["--focus", "warm"], ["main (app.py:1);work (app.py:1);warm (app.py:5) 4"]],
    [
      ["--idle", "--hide", "^work$", "--by", "function"],
      [
        "main (app.py);hot (app.py) 6",
        "main (app.py);warm (app.py) 4",
        "wait (app.py);sleep (app.py) 10",
      ],
    ],
    [["--show-from", "work", "--ignore", "hot"], ["work (app.py:1);warm (app.py:5) 4"]],
    [
      ["--fold", "all,pack.json"],
      ["[acme];hot (app.py:3) 6", "[acme];warm (app.py:5) 4"],
    ],
    [["--my-code", "--by", "module"], ["app (app.py) 10"]],
    [["--fold-recursion", "--root-at", "line:app:3"], ["hot (app.py:3) 6"]],
  ])("of frames: %j", async (argv, lines) => {
    const pack = { name: "acme", fold: [{ as: "acme", frames: ["main", "work"] }] };
    writeFileSync(join(folder, "pack.json"), JSON.stringify(pack));
    const { code, out } = await run(["run.pspy", "-f", "raw", "-o", "-", ...argv]);
    expect({ code, out }).toEqual({ code: 0, out: `${lines.join("\n")}\n` });
  });

  it("say what they changed", async () => {
    const { err } = await run(["run.pspy", "-f", "raw", "-o", "-", "--idle", "--hide", "hot"]);
    expect(err).toBe(
      "pyspy-analyze: frames that match /hot/ are hidden: in 30.0 % of the samples left\n",
    );
    const { out } = await run(["run.pspy", "--idle", "--hide", "hot"]);
    expect(out).toContain("Stacks: frames that match /hot/ are hidden: in 6 samples (30.0 %).");
  });

  it.each([
    [["--fold", "jango"], 2, "there is no rule pack jango\nDid you mean django?"],
    [["--fold", "none.json"], 3, "cannot read none.json: no such file or directory"],
    [["--fold", "run.json"], 2, "run.json: name is not a text"],
  ])("%j ends with %i: %s", async (argv, exitCode, message) => {
    writeFileSync(join(folder, "run.json"), "{}");
    const { code, err } = await run(["run.pspy", ...argv]);
    expect(code).toBe(exitCode);
    expect(err).toContain(`pyspy-analyze: ${message}`);
  });

  it.each([
    [["--thread-name", "("], "not a regular expression: /(/: Unterminated group"],
    [["--focus", "line:app.py"], "line:app.py has no line: line:FILE:12 or 12-20"],
    [
      ["--from", "soon"],
      "soon is no time: 10s or 1m30s after the start, -10s before the end, 14:02:05 or 2026-11-22T14:02:05Z",
    ],
    [["--pid", "4x"], "--pid takes a number, not 4x"],
    [["--tid", "1,"], "--tid takes a number, not "],
  ])("%j is refused", async (argv, message) => {
    const { code, err } = await run(["run.pspy", ...argv]);
    expect({ code, err }).toEqual({
      code: 2,
      err: `pyspy-analyze: ${message}\npyspy-analyze --help lists all options.\n`,
    });
  });
});

it("tells of many recordings without an end in a few lines", async () => {
  const cut = Buffer.from(captureOf(STACKS, { footer: false }));
  writeFileSync(join(folder, "many.pspy"), Buffer.concat(Array(9).fill(cut)));
  const { err } = await run(["many.pspy"]);
  expect(err.match(/the recording has no end/g)).toHaveLength(3);
  expect(err).toContain("warning: and 6 more recordings without an end\n");
});

describe("without a format", () => {
  it("prints the summary, its filters included, and nothing else", async () => {
    const { code, out, err } = await run(["run.pspy"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("hot");
    expect(out).toContain("idle");
  });

  it.each([
    [{ columns: 80 }, true],
    [{ columns: 80, env: { NO_COLOR: "1" } }, false],
    [{ env: { CLICOLOR_FORCE: "1" } }, true],
    [{}, false],
  ])("colours for %j: %s", async (options, colored) => {
    const { out } = await run(["run.pspy"], options);
    expect(out.includes("\u001b[")).toBe(colored);
  });
});

describe("an export", () => {
  it.each([
    ["raw", "run.txt", "main (app.py:1);work (app.py:1);hot (app.py:3) 6"],
    ["speedscope", "run.speedscope.json", '"$schema"'],
    ["flamegraph", "run.svg", "<svg"],
    ["RAW", "run.txt", "hot"],
  ])("in %s is named after its input: %s", async (format, name, content) => {
    const { code, out, err } = await run(["run.pspy", "--format", format]);
    expect({ code, out }).toEqual({ code: 0, out: `${name}\n` });
    expect(err).toBe(
      "pyspy-analyze: filters removed 50.0 % of samples: 50.0 % threads that were idle (not runnable)\n",
    );
    expect(file(name)).toContain(content);
    expect(readdirSync(folder).sort()).toEqual(["run.pspy", name].sort());
  });

  it("is named after the first of several, beside it, without endings of ours", async () => {
    mkdirSync(join(folder, "in"));
    writeFileSync(join(folder, "in", "a.b.pspy.gz"), gzipSync(captureOf(STACKS)));
    const { out } = await run(["in/a.b.pspy.gz", "run.pspy", "-f", "raw"]);
    expect(out).toBe("in/a.b.txt\n");
    expect(file("in/a.b.txt")).toMatch(/hot .* 12$/m);
  });

  it("takes its format from the ending of -o, and then prints no name", async () => {
    const { code, out } = await run(["run.pspy", "-o", "x.SVG"]);
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(file("x.SVG")).toContain("<svg");
  });

  it("goes to standard output for -o -, and from an input without a name", async () => {
    const expected = await run(["run.pspy", "-f", "raw", "-o", "-"]);
    expect(expected.out).toMatch(/hot .* 6\n/);
    const capture = captureOf(STACKS);
    const stdin = [capture.subarray(0, 7), capture.subarray(7)];
    expect(await run(["-", "-f", "raw"], { stdin })).toEqual(expected);
  });

  it("is compressed where its name ends in .gz, with the same content", async () => {
    await run(["run.pspy", "-o", "plain.folded"]);
    const { code } = await run(["run.pspy", "-o", "small.folded.gz"]);
    expect(code).toBe(0);
    expect(gunzipSync(readFileSync(join(folder, "small.folded.gz"))).toString()).toBe(
      file("plain.folded"),
    );
  });

  it("is compressed where its format always is, also on standard output", async () => {
    const io = memoryIo({ cwd: folder });
    expect(await main(["run.pspy", "-f", "pprof", "-o", "-"], io)).toBe(0);
    await run(["run.pspy", "-f", "pprof"]);
    const title = (bytes: Uint8Array) => gunzipSync(bytes).includes("python app.py");
    expect(title(io.outBytes())).toBe(true);
    expect(title(readFileSync(join(folder, "run.pb.gz")))).toBe(true);
  });

  it("does not go to a terminal when it is binary", async () => {
    const { code, err } = await run(["run.pspy", "-f", "pprof", "-o", "-"], { columns: 80 });
    expect(code).toBe(2);
    expect(err).toContain("pprof is binary, and standard output is a terminal");
  });

  it.each([
    [["--idle"], { hot: 6, sleep: 10 }],
    [["-i", "-t"], { hot: 6, sleep: 10 }],
    [["--gil"], { hot: 6, sleep: undefined }],
    [["-gi"], { hot: 6, sleep: undefined }],
    [["--wall"], { hot: 6, sleep: 10 }],
    [["--off-cpu"], { hot: undefined, sleep: 10 }],
    [["--gil-wait"], { hot: undefined, sleep: undefined }],
    [["--pid", "41,42"], { hot: 6, sleep: undefined }],
    [["--tid", "1"], { hot: undefined, sleep: undefined }],
    [["--idle", "--thread-name", "^o"], { hot: undefined, sleep: 10 }],
    [["--from", "40ms"], { hot: 2, sleep: undefined }],
    [["--idle", "--from", "-40ms", "--to", "0.09"], { hot: undefined, sleep: 3 }],
    [["-i", "--to=22:13:20.05"], { hot: 5, sleep: 5 }],
  ])("counts with %j: %j", async (flags, expected) => {
    const { out } = await run(["run.pspy", "-f", "raw", "-o", "-", ...flags]);
    const count = (name: string) => {
      const found = new RegExp(`;${name} [^;]* (\\d+)$`, "m").exec(out)?.[1];
      return found === undefined ? undefined : Number(found);
    };
    expect({ hot: count("hot"), sleep: count("sleep") }).toEqual(expected);
  });

  it("draws as the options say", async () => {
    const picture = async (...flags: string[]) =>
      (await run(["run.pspy", "-i", "-f", "flamegraph", "-o", "-", ...flags])).out;
    expect(await picture()).not.toContain(">50 % idle<");
    expect(await picture("--colors", "idle")).toContain(">50 % idle<");
    expect(await picture("--flame")).not.toBe(await picture());
    expect((await run(["run.pspy", "--colors", "rainbow"])).code).toBe(2);
  });

  it.each(["-F", "--function", "--functions", "--nolineno"])(
    "adds up by function with %s",
    async (flag) => {
      const { out } = await run(["run.pspy", "-f", "raw", "-o", "-", flag]);
      expect(out).toContain("main (app.py);work (app.py);hot (app.py) 6");
    },
  );

  it("of a view that shows nothing is valid, and says why it is empty", async () => {
    writeFileSync(join(folder, "nogil.pspy"), captureOf("main R: main 4"));
    const { code, out, err } = await run(["nogil.pspy", "--gil", "-f", "speedscope", "-o", "-"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toHaveProperty("profiles");
    expect(err).toContain("warning: nothing matches the filters; the output is empty");
  });
});

describe("files that must survive", () => {
  it.each([
    ["an input", ["run.pspy", "-f", "raw", "-o", "run.pspy"], "is one of the inputs"],
    [
      "an input by another name",
      ["run.pspy", "-f", "raw", "-o", "link.svg"],
      "is one of the inputs",
    ],
    ["another capture", ["run.pspy", "-f", "raw", "-o", "old.txt"], "is a capture"],
    ["a gzipped capture", ["run.pspy", "-f", "raw", "-o", "zip.txt"], "is a capture"],
    ["a directory", ["run.pspy", "-f", "raw", "-o", "."], "is a directory"],
  ])("%s is not overwritten", async (_, argv, message) => {
    symlinkSync("run.pspy", join(folder, "link.svg"));
    writeFileSync(join(folder, "old.txt"), captureOf("main: f 1"));
    writeFileSync(join(folder, "zip.txt"), gzipSync(captureOf("main: f 1")));
    const before = readdirSync(folder).map((name) => file(name));
    const { code, err } = await run(argv);
    expect(code).toBe(8);
    expect(err).toContain(message);
    expect(readdirSync(folder).map((name) => file(name))).toEqual(before);
  });

  it("a former export is replaced, through a link, with its permissions", async () => {
    writeFileSync(join(folder, "real.txt"), "old", { mode: 0o600 });
    symlinkSync("real.txt", join(folder, "link.txt"));
    const { code } = await run(["run.pspy", "-o", "link.txt"]);
    expect(code).toBe(0);
    expect(file("real.txt")).toContain("hot");
    expect(readdirSync(folder)).toEqual(["link.txt", "real.txt", "run.pspy"]);
  });
});

describe("inputs", () => {
  it("that are cut are used, with a warning of what is missing", async () => {
    const whole = captureOf(STACKS);
    writeFileSync(join(folder, "cut.pspy"), whole.subarray(0, whole.length - 40));
    const { code, out, err } = await run(["cut.pspy", "-i", "-f", "raw", "-o", "-"]);
    expect(code).toBe(0);
    expect(out).toContain("hot");
    expect(err).toMatch(
      /warning: cut.pspy: cut after .*: the last \d+ bytes are not a whole record/,
    );
  });

  it("of which one is damaged: the warning names that one", async () => {
    writeFileSync(join(folder, "cut.pspy"), captureOf(STACKS).subarray(0, -3));
    const { code, err } = await run(["run.pspy", "cut.pspy", "-f", "raw", "-o", "-"]);
    expect(code).toBe(0);
    expect(err).toContain("warning: cut.pspy: cut after");
    expect(err).not.toContain("run.pspy:");
  });

  it.each([
    ["missing.pspy", undefined, 3, "cannot read missing.pspy: no such file or directory"],
    ["/proc/self/fdinfo", undefined, 3, "/proc/self/fdinfo: not a py-spy capture: a directory"],
    ["empty.pspy", "", 3, "empty.pspy: the capture is empty (0 bytes)"],
    ["a.json", '{"a": 1}', 3, "a.json: not a py-spy capture: JSON"],
    ["b.txt", "a letter to nobody\n", 3, "b.txt: not a py-spy capture: text"],
    [
      "new.pspy",
      captureOf(STACKS, { majorVersion: 2 }),
      4,
      "new.pspy: the capture has format version 2",
    ],
  ])("%s: fails, alone and among others", async (name, content, code, message) => {
    if (content !== undefined) writeFileSync(join(folder, name), content);
    for (const argv of [[name], ["run.pspy", name], [name, "run.pspy"]]) {
      const result = await run(argv);
      expect({ argv, code: result.code, out: result.out }).toEqual({ argv, code, out: "" });
      expect(result.err).toContain(`pyspy-analyze: ${message}`);
    }
  });

  it("from a terminal, or twice from standard input, are usage errors", async () => {
    expect((await run(["-"], { stdin: "terminal" })).code).toBe(2);
    expect((await run(["-", "-"], { stdin: [captureOf(STACKS)] })).code).toBe(2);
  });
});

describe("usage", () => {
  it.each([
    [[], "no capture is named"],
    [["run.pspy", "--fromat", "raw"], "unknown option --fromat\nDid you mean --format?"],
    [["run.pspy", "-z"], "unknown option -z"],
    [
      ["run.pspy", "-f", "speedscop"],
      `unknown format speedscop: there are ${formatNames.join(", ")}\nDid you mean speedscope?`,
    ],
    [["run.pspy", "-f", "svg"], "Did you mean flamegraph?"],
    [["run.pspy", "-f"], "Not enough arguments following: f"],
    [["run.pspy", "-o", "x.bin"], "the name x.bin does not tell the format"],
    [["run.pspy", "--unit", "hours"], "unit"],
    [["run.pspy", "--perfetto-samples", "all"], "perfetto-samples"],
  ])("%j is refused", async (argv, message) => {
    const { code, out, err } = await run(argv);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
    expect(err).toContain("pyspy-analyze --help");
  });

  it("--help lists every option and format on standard output", async () => {
    const { code, out, err } = await run(["--help"], { columns: 100 });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const text of ["--format", "--gil", ...formatNames, "Exit codes"]) {
      expect(out).toContain(text);
    }
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("--version prints the version alone", async () => {
    expect(await run(["--version"])).toEqual({ code: 0, out: "0.1.0\n", err: "" });
  });
});

describe("standard output", () => {
  const failure = (code: string) =>
    Object.assign(new Error(`${code}: reason, write`), { code, syscall: "write" });

  it("that nobody reads any more ends the program quietly", async () => {
    expect(await run(["run.pspy"], { stdoutError: failure("EPIPE") })).toMatchObject({
      code: 0,
      err: "",
    });
  });

  it("that cannot be written is an error", async () => {
    const { code, err } = await run(["run.pspy"], { stdoutError: failure("ENOSPC") });
    expect(code).toBe(8);
    expect(err).toContain("cannot write standard output: reason");
  });
});
