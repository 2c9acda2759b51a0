// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Profile, selectView, type View } from "@pyspy/analyze";
import { formatByName } from "@pyspy/report";
import { expect, it } from "vitest";
import { record } from "../support/agent.ts";
import { ChildProgram } from "../support/child-program.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { installPySpy } from "../support/peer-programs.ts";
import { startSample } from "../support/sampled-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// What py-spy decides when it records (--gil, --idle, lines or functions) is asked of one capture here.
// The program does the same for ever, so that a fresh recording in each mode must show what the view of
// the one capture shows, as far as sampling can tell. py-spy is not to stop the program: its stops make
// threads that sleep look active.

const RATE = 100;
const SECONDS = 2;
/** On a machine that hardly lets anybody run. */
const FEWEST = 40;
/** A share is farther away once in 16,000 times. */
const SIGMAS = 4;
/** Besides: the machine was not as busy in both. */
const SLACK = 0.05;
/** A thread that takes a turn with the GIL is seen several times in it: so many samples count as one. */
const SAMPLES_A_TURN = 3;

interface Mode {
  readonly name: string;
  readonly pySpy: readonly string[];
  readonly view: View;
  readonly lines: boolean;
  /** Equal for modes in which threads have the same shares. */
  readonly threads: string;
}

const MODES: readonly Mode[] = [
  { name: "threads that are not idle", pySpy: [], view: {}, lines: true, threads: "active" },
  { name: "all threads", pySpy: ["--idle"], view: { idle: true }, lines: true, threads: "all" },
  {
    name: "the GIL's holder",
    pySpy: ["--gil"],
    view: { states: ["gil"] },
    lines: true,
    threads: "gil",
  },
  {
    name: "functions",
    pySpy: ["--idle", "--function"],
    view: { idle: true },
    lines: false,
    threads: "all",
  },
];

/** Samples by thread, or by thread and innermost frame. */
type Shares = ReadonlyMap<string, number>;

function countBy(text: string, key: (frames: string[]) => string): Shares {
  const counts = new Map<string, number>();
  for (const line of text.split("\n").filter((one) => one !== "")) {
    const at = line.lastIndexOf(" ");
    const name = key(line.slice(0, at).split(";"));
    counts.set(name, (counts.get(name) ?? 0) + Number(line.slice(at + 1)));
  }
  return counts;
}

const threadOf = (frames: string[]): string => frames[0]!.replace(/^thread \([^)]*\):? ?/, "");
/** "sleep: sleep_long (states.py:29)", without its line where lines are not asked for. */
const placeOf =
  ({ lines }: Mode) =>
  (frames: string[]) => {
    const leaf = frames.at(-1)!.replace(/\((?:.*\/)?([^/]*)\)$/, "($1)");
    // By function, py-spy has the line where it begins.
    return `${threadOf(frames)}: ${lines ? leaf : leaf.replace(/:\d+\)$/, ")")}`;
  };

function expectAlike(mode: Mode, one: Shares, other: Shares): void {
  const total = (shares: Shares) => [...shares.values()].reduce((sum, count) => sum + count, 0);
  const [n, m] = [total(one), total(other)];
  expect(Math.min(n, m)).toBeGreaterThan(FEWEST);
  for (const name of new Set([...one.keys(), ...other.keys()])) {
    const [p, q] = [(one.get(name) ?? 0) / n, (other.get(name) ?? 0) / m];
    const mean = (p + q) / 2;
    const error = Math.sqrt(SAMPLES_A_TURN * mean * (1 - mean) * (1 / n + 1 / m));
    expect(Math.abs(p - q), `${mode.name}, ${name}: ${p} and ${q}`).toBeLessThan(
      SIGMAS * error + SLACK,
    );
  }
}

const pySpy = await installPySpy().catch((error: Error) => error);
const reason = pySpy instanceof Error ? ` (py-spy cannot be had: ${pySpy.message})` : "";

function rawLines(profile: Profile, { view, lines }: Mode): string {
  const input = {
    selection: selectView(profile, view),
    options: { unit: "samples", lines, threads: true, processes: false } as const,
    provenance: { command: "", version: "" },
  };
  return [...formatByName("raw")!.render(input)].join("");
}

async function freshLines(path: string, pid: number, mode: Mode): Promise<string> {
  const output = join(temporaryFolder(), "py-spy.txt");
  const args = [
    "record",
    "--nonblocking",
    "--threads",
    "--format",
    "raw",
    "--rate",
    `${RATE}`,
    ...mode.pySpy,
  ];
  const files = ["-d", `${SECONDS}`, "-o", output, "-p", `${pid}`];
  const { status } = await new ChildProgram({ command: path, args: [...args, ...files] }).ended;
  expect(status).toBe(0);
  return readFileSync(output, "utf8");
}

it.skipIf(pySpy instanceof Error)(
  `one capture shows what py-spy shows in each mode${reason}`,
  async () => {
    const { pid } = await startSample(anyInterpreter, "states.py");
    const { profile } = await record(["-r", RATE, "-d", SECONDS, "-p", pid]);
    for (const mode of MODES) {
      const ours = rawLines(profile, mode);
      const theirs = await freshLines(pySpy as string, pid, mode);
      expectAlike(mode, countBy(ours, threadOf), countBy(theirs, threadOf));
      expectAlike(mode, countBy(ours, placeOf(mode)), countBy(theirs, placeOf(mode)));
    }
  },
);
