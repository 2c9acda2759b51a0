// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { record } from "../support/agent.ts";
import { ChildProgram } from "../support/child-program.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { installPySpy } from "../support/peer-programs.ts";
import { expectAlikeLines, type Mode, rawLines } from "../support/raw-shares.ts";
import { startSample } from "../support/sampled-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// What py-spy decides when it records (--gil, --idle, lines or functions) is asked of one capture here.
// The program does the same for ever, so that a fresh recording in each mode must show what the view of
// the one capture shows, as far as sampling can tell. py-spy is not to stop the program: its stops make
// threads that sleep look active.

const RATE = 100;
const SECONDS = 2;
interface PySpyMode extends Mode {
  /** The options of py-spy that mean the same. */
  readonly pySpy: readonly string[];
}

const MODES: readonly PySpyMode[] = [
  { name: "threads that are not idle", pySpy: [], view: {}, lines: true },
  { name: "all threads", pySpy: ["--idle"], view: { idle: true }, lines: true },
  {
    name: "the GIL's holder",
    pySpy: ["--gil"],
    view: { states: ["gil"] },
    lines: true,
  },
  {
    name: "functions",
    pySpy: ["--idle", "--function"],
    view: { idle: true },
    lines: false,
  },
];

const pySpy = await installPySpy().catch((error: Error) => error);
const reason = pySpy instanceof Error ? ` (py-spy cannot be had: ${pySpy.message})` : "";

async function freshLines(path: string, pid: number, mode: PySpyMode): Promise<string> {
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
      expectAlikeLines(mode, ours, theirs);
    }
  },
);
