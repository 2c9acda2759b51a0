// SPDX-License-Identifier: MIT
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Profile } from "@pyspy/analyze";
import { describe, expect, it } from "vitest";
import { analyze } from "../cli/built-program.ts";
import { openCapture, record } from "../support/agent.ts";
import { newestDebianRoot, withLibrariesOf } from "../support/debian-libraries.ts";
import { type Interpreter, requireInterpreters } from "../support/interpreters.ts";
import { installAustin, installPySpy } from "../support/peer-programs.ts";
import { allRuns, namesOf } from "../support/profile-view.ts";
import type { Command } from "../support/python-command.ts";
import { startSample } from "../support/sampled-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// samples/shares.py: three functions use 50, 30 and 20 % of the time. Each recorder that others have, and then
// ours, looks at the same process; what is read of its file must be what we recorded, as far as sampling can tell.

const RATE = 500;
const SECONDS = 3;
const TRUTH: readonly (readonly [string, number])[] = [
  ["fifty", 0.5],
  ["thirty", 0.3],
  ["twenty", 0.2],
];
/** A share is farther away once in 16,000 times. */
const SIGMAS = 4;
/** Besides: slices of time at both ends, and a machine that is not as busy in both recordings. */
const SLACK = 0.04;
/** A slice is seen some times in a row: so many samples tell as much as one. */
const SAMPLES_A_SLICE = 1.5;

type Record = (pid: number, output: string) => Command;

interface Recorder {
  readonly name: string;
  readonly minor: string;
  /** How its format is told in answers. */
  readonly readFrom: RegExp;
  /** Files are names without directories. */
  readonly shortFiles?: boolean;
  /** What records, or why there is nothing that does. */
  readonly command: Record | Error;
}

const orError = <T>(made: Promise<T>): Promise<T | Error> => made.catch((error: Error) => error);
const pySpy = await orError(installPySpy());
const austin = await orError(installAustin());
const debian = await orError(newestDebianRoot());

function pySpyTo(format: string): Record | Error {
  if (pySpy instanceof Error) return pySpy;
  const rate = ["--rate", `${RATE}`, "--duration", `${SECONDS}`, "--nonblocking", "--threads"];
  return (pid, output) => ({
    command: pySpy,
    args: ["record", "--format", format, ...rate, "--output", output, "--pid", `${pid}`],
  });
}

function austinTo(...options: readonly string[]): Record | Error {
  if (austin instanceof Error) return austin;
  if (debian instanceof Error) return debian;
  return (pid, output) =>
    withLibrariesOf(debian.root, {
      command: austin,
      args: ["--interval", `${1e6 / RATE}us`, "--exposure", `${SECONDS}`, ...options].concat(
        "--output",
        output,
        "--pid",
        `${pid}`,
      ),
    });
}

function tachyonTo(...options: readonly string[]): Record | Error {
  if (debian instanceof Error) return debian;
  const { root, python } = debian;
  return (pid, output) => {
    const rate = ["--sampling-rate", `${RATE}`, "--duration", `${SECONDS}`];
    const { command, args } = withLibrariesOf(root, {
      command: root + python,
      args: ["-m", "profiling.sampling", "attach", "--all-threads", ...rate].concat(
        options,
        "--output",
        output,
        `${pid}`,
      ),
    });
    return { command: "env", args: [`PYTHONHOME=${root}/usr`, command, ...args] };
  };
}

const RECORDERS: readonly Recorder[] = [
  {
    name: "py-spy raw",
    minor: "3.13",
    readFrom: /collapsed/,
    shortFiles: true,
    command: pySpyTo("raw"),
  },
  {
    name: "py-spy speedscope",
    minor: "3.13",
    readFrom: /speedscope file \(py-spy@/,
    command: pySpyTo("speedscope"),
  },
  { name: "austin", minor: "3.13", readFrom: /MOJO \(austin 4/, command: austinTo() },
  {
    name: "profiling.sampling --binary",
    minor: "3.15",
    readFrom: /binary recording of profiling\.sampling \(profiling\.sampling of Python 3\.15/,
    command: tachyonTo("--binary"),
  },
  {
    name: "profiling.sampling --jsonl",
    minor: "3.15",
    readFrom: /JSON lines/,
    command: tachyonTo("--jsonl"),
  },
];

/** Shares of time of the three functions, how many samples tell them, and their files. */
function sharesOf(profile: Profile) {
  const nanos = new Map(TRUTH.map(([name]) => [name, 0]));
  const files = new Set<string>();
  let samples = 0;
  for (const run of allRuns(profile)) {
    const name = namesOf(profile, run).at(-1) ?? "";
    const before = nanos.get(name);
    if (before === undefined) continue;
    nanos.set(name, before + profile.samples.wallNanos[run]!);
    samples += profile.samples.ticks[run]!;
    const stack = profile.samples.stack[run]!;
    const { file } = profile.functions[profile.frames.function[profile.stacks.frame[stack]!]!]!;
    files.add(file);
  }
  const all = [...nanos.values()].reduce((sum, each) => sum + each, 0);
  const share = (name: string): number => nanos.get(name)! / all;
  return { share, samples, files: [...files] };
}

async function interpreterFor(minor: string): Promise<Interpreter | undefined> {
  const [required] = await requireInterpreters([minor]);
  return required !== undefined && "interpreter" in required ? required.interpreter : undefined;
}

async function compare(
  { readFrom, shortFiles, command }: Recorder,
  pid: number,
  ours: ReturnType<typeof sharesOf>,
): Promise<void> {
  const folder = temporaryFolder();
  const [recorded, read] = [join(folder, "recorded"), join(folder, "read.pspy")];
  const { command: program, args } = (command as Record)(pid, recorded);
  // austin's exit code says nothing where the program outlives the recording; its file does.
  const end = await promisify(execFile)(program, args, { timeout: 30_000 }).catch(String);
  expect(existsSync(recorded), String(end)).toBe(true);

  expect(analyze(folder, "merge", recorded, "-o", read)).toMatchObject({ status: 0 });
  const theirs = sharesOf(openCapture(read));
  const effective = Math.min(theirs.samples, ours.samples) / SAMPLES_A_SLICE;
  expect(effective).toBeGreaterThan(RATE / 2);
  for (const [name, truth] of TRUTH) {
    const bound = SIGMAS * Math.sqrt((truth * (1 - truth)) / effective) + SLACK;
    expect(Math.abs(theirs.share(name) - truth)).toBeLessThan(bound);
    expect(Math.abs(theirs.share(name) - ours.share(name))).toBeLessThan(Math.SQRT2 * bound);
  }
  expect(theirs.files).toEqual(shortFiles ? ["shares.py"] : ours.files);

  const { imported } = JSON.parse(analyze(folder, "summary", recorded, "--json").stdout)
    .recordings[0];
  expect(imported.losses.length).toBeGreaterThan(1);
  expect(analyze(folder, "summary", recorded).stdout.replaceAll(/\s+/g, " ")).toMatch(readFrom);
}

describe("recordings of others", { timeout: 90_000 }, () => {
  for (const minor of new Set(RECORDERS.map((recorder) => recorder.minor))) {
    const all = RECORDERS.filter((recorder) => recorder.minor === minor);
    const present = all.filter(({ command }) => !(command instanceof Error));
    const absent = all.flatMap(({ name, command }) =>
      command instanceof Error ? [`${name} cannot be had: ${command.message}`] : [],
    );
    const names = present.map(({ name }) => name).join(", ");
    it(`of Python ${minor} by ${[names, ...absent].join("; ")}: what ours say`, async (context) => {
      const interpreter = await interpreterFor(minor);
      if (interpreter === undefined) return context.skip(`Python ${minor} is not on this machine`);
      if (present.length === 0) return context.skip(absent.join("; "));
      const { pid } = await startSample(interpreter, "shares.py");
      const { profile } = await record(["-r", RATE, "-d", SECONDS, "-p", pid]);
      for (const recorder of present) await compare(recorder, pid, sharesOf(profile));
    });
  }
});
