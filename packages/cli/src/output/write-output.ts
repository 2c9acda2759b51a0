// SPDX-License-Identifier: MIT

import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { OutputPiece } from "@pyspy/report";
import type { CliIo } from "../cli-io.ts";
import { OutputError, StdoutClosedError } from "../errors.ts";
import { batched } from "./batched.ts";
import { isCaptureFile } from "./capture-signature.ts";
import { gzipped } from "./gzipped.ts";
import { type OutputTarget, STANDARD_STREAM } from "./output-target.ts";
import { writeFileWhole } from "./write-file.ts";

/**
 * Throws where writing to `target` would destroy a recording: an input, or any other capture. Other
 * files are replaced without a question, as py-spy and compilers do.
 *
 * @throws OutputError
 */
export function checkTarget(target: OutputTarget, inputs: readonly string[], io: CliIo): void {
  if (target.kind === "stdout") return;
  const path = resolve(io.cwd, target.path);
  const existing = identity(path);
  if (existing === undefined) return;
  for (const input of inputs) {
    if (input !== STANDARD_STREAM && identity(resolve(io.cwd, input)) === existing) {
      throw new OutputError(target.path, `the output ${target.path} is one of the inputs`);
    }
  }
  if (statSync(path).isDirectory()) {
    throw new OutputError(target.path, `the output ${target.path} is a directory`);
  }
  if (statSync(path).isFile() && isCaptureFile(path)) {
    const facts = "is a capture, which an export must not replace";
    throw new OutputError(target.path, `the output ${target.path} ${facts}`);
  }
}

/** The same for all names of one file; `undefined`: there is none. */
function identity(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/**
 * Writes a product; `gzip`: compressed.
 *
 * @throws OutputError with the system's error as its cause; StdoutClosedError when nobody listens.
 */
export async function writeOutput(
  target: OutputTarget,
  pieces: Iterable<OutputPiece> | AsyncIterable<Uint8Array>,
  io: CliIo,
  { gzip = false }: { readonly gzip?: boolean } = {},
): Promise<void> {
  const plain = Symbol.asyncIterator in pieces ? pieces : batched(pieces);
  const bytes = gzip ? gzipped(plain) : plain;
  if (target.kind === "stdout") {
    for await (const piece of bytes) await writeStdout(piece, io);
    return;
  }
  try {
    await writeFileWhole(resolve(io.cwd, target.path), bytes, io);
  } catch (error) {
    throw outputError(target.path, target.path, error);
  }
}

/** Writes to standard output; errors as {@link writeOutput}. */
export async function writeStdout(output: OutputPiece, io: CliIo): Promise<void> {
  try {
    await io.stdout.write(output);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EPIPE") throw new StdoutClosedError();
    throw outputError(STANDARD_STREAM, "standard output", error);
  }
}

/** Errors of the system become ours; an error of a renderer stays what it is. */
function outputError(path: string, name: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  return new OutputError(path, `cannot write ${name}`, { cause: error });
}
