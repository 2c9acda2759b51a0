// SPDX-License-Identifier: MIT
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { LineTable } from "@pyspy/analyze";
import { LineTableKind } from "@pyspy/schemas";
import { describe, expect, it } from "vitest";
import {
  findInterpreters,
  type Interpreter,
  programPath,
  pythonCommand,
} from "./support/interpreters.ts";

const run = promisify(execFile);

const TIMEOUT_MS = 60_000;
const QUESTION = fileURLToPath(new URL("./support/line-positions.py", import.meta.url));

interface Answer {
  readonly name: string;
  readonly firstLine: number;
  /** Hexadecimal. */
  readonly table: string;
  /** Bytes of code. */
  readonly length: number;
  readonly positions: readonly (readonly [number, number, number])[];
}

function kindOf({ minor }: Interpreter): LineTableKind {
  const number = Number(minor.split(".")[1]);
  if (minor.startsWith("2.") || number < 6) return LineTableKind.LINE_TABLE_LNOTAB_UNSIGNED;
  if (number < 10) return LineTableKind.LINE_TABLE_LNOTAB_SIGNED;
  return number === 10 ? LineTableKind.LINE_TABLE_PEP626 : LineTableKind.LINE_TABLE_LOCATIONS;
}

async function ask(
  interpreter: Interpreter,
  options: readonly string[],
  lines: number,
): Promise<Answer[]> {
  const path = programPath(interpreter, QUESTION);
  const { command, args } = pythonCommand(interpreter, [...options, path, `${lines}`]);
  const { stdout } = await run(command, args, { maxBuffer: 1 << 29, timeout: TIMEOUT_MS });
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Answer);
}

/** Compares every instruction; returns the number of them. */
function compare(answer: Answer, kind: LineTableKind): number {
  const bytes = Uint8Array.from(Buffer.from(answer.table, "hex"));
  const { name, firstLine, length } = answer;
  const table = new LineTable({ kind, bytes, firstLine, truncated: false });
  let instructions = 0;
  answer.positions.forEach(([start, line, column], i) => {
    const end = answer.positions[i + 1]?.[0] ?? length;
    for (let at = start; at < end; at += 2, instructions++) {
      const found = table.position(at);
      if (found.line !== line || found.column !== column) {
        expect.soft({ name, at, ...found }).toEqual({ name, at, line, column });
        return;
      }
    }
  });
  return instructions;
}

const interpreters = await findInterpreters();

describe("line tables", () => {
  it.each(interpreters.map((one) => [one.version, one] as const))(
    "of %s give every instruction the line that the interpreter gives it",
    async (_, interpreter) => {
      const answers = await ask(interpreter, [], 60_000);
      const kind = kindOf(interpreter);
      const instructions = answers.reduce((sum, answer) => sum + compare(answer, kind), 0);
      expect(instructions).toBeGreaterThan(100_000);
    },
  );

  it.each(
    interpreters
      .filter((one) => kindOf(one) === LineTableKind.LINE_TABLE_LOCATIONS)
      .map((one) => [one.version, one] as const),
  )("of %s without debug ranges have lines and no columns", async (_, interpreter) => {
    const options = ["-X", "no_debug_ranges"];
    const answers = await ask(interpreter, options, 1000);
    for (const answer of answers) compare(answer, LineTableKind.LINE_TABLE_LOCATIONS);
    expect(answers.flatMap(({ positions }) => positions.filter((one) => one[2] >= 0))).toEqual([]);
  });
});
