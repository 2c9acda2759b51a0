// SPDX-License-Identifier: MIT

import type { CliIo } from "./cli-io.ts";
import { type Diagnosis, diagnose } from "./diagnostics.ts";
import { StdoutClosedError } from "./errors.ts";
import { ExitCode } from "./exit-code.ts";
import { runCommandLine } from "./run-command-line.ts";

/**
 * Runs `pyspy-analyze` with these arguments and returns its exit code; docs/exit-codes.md lists
 * them. Never throws, and never ends the process.
 */
export async function main(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  try {
    return await runCommandLine(argv, io);
  } catch (error) {
    // `pyspy-analyze ... | head`: who reads has what he wanted. No message, and no failure.
    if (error instanceof StdoutClosedError) return ExitCode.OK;
    const diagnosis = diagnose(error);
    await tell(diagnosis, io);
    return diagnosis.exitCode;
  }
}

async function tell({ message, advice }: Diagnosis, io: CliIo): Promise<void> {
  const lines = [`pyspy-analyze: ${message}`, ...(advice === undefined ? [] : [advice])];
  try {
    await io.stderr.write(`${lines.join("\n")}\n`);
  } catch {
    // Nobody can be told that nobody can be told; the exit code stands.
  }
}
