// SPDX-License-Identifier: MIT

import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { type CarriedCapture, NotACaptureError } from "@pyspy/analyze";
import type { Options } from "yargs";
import type { CliIo } from "../cli-io.ts";
import { DamagedReportError, InputError, UsageError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { capturesIn } from "../input/captures-in.ts";
import { type OutputTarget, STANDARD_STREAM } from "../output/output-target.ts";
import { checkTarget, writeOutput, writeStdout } from "../output/write-output.ts";
import type { Command } from "./command.ts";

const OPTIONS: Readonly<Record<"output", Options>> = {
  output: {
    alias: "o",
    type: "string",
    requiresArg: true,
    group: "Output:",
    description:
      "file to write, - for standard output; without it, beside the report, named as it was recorded",
  },
};

/** What a file may be called that is named by somebody else. */
const PLAIN_NAME = /^\w[\w.-]{0,99}$/;
const OTHER_NAME = "capture.pspy";

export const extract: Command = {
  name: "extract",
  description: "the recordings that an HTML report carries, byte for byte",
  details: "Every other command reads a report as it is: pyspy-analyze gil report.html.",
  examples: [["report.html -o run.pspy", "the file that was recorded"]],
  options: OPTIONS,
  async run(options, { io }) {
    const [path, ...others] = options.files;
    if (path === undefined) throw new UsageError("no report is named");
    if (others.length > 0) throw new UsageError("extract takes one report");
    const carried = await carriedCaptures(path, io);
    const output = options.text("output");
    if (output !== undefined && carried.length > 1) {
      throw new UsageError(`${path} carries ${carried.length} recordings: leave out -o`);
    }
    for (const capture of carried) {
      const target = targetOf(capture, path, output);
      checkTarget(target, [path], io);
      const bytes = await fileOf(capture, path);
      await writeOutput(target, [bytes], io);
      if (target.kind === "file" && target.named) await writeStdout(`${target.path}\n`, io);
    }
    return ExitCode.OK;
  },
};

async function carriedCaptures(path: string, io: CliIo): Promise<CarriedCapture[]> {
  const captures: CarriedCapture[] = [];
  try {
    for await (const { carried } of capturesIn(path, io)) if (carried) captures.push(carried);
  } catch (error) {
    throw error instanceof UsageError ? error : new InputError(path, error);
  }
  if (captures.length === 0) {
    throw new InputError(path, new NotACaptureError("html", "it is no page that carries one"));
  }
  return captures;
}

function targetOf(
  { name }: CarriedCapture,
  path: string,
  output: string | undefined,
): OutputTarget {
  if (output === STANDARD_STREAM) return { kind: "stdout" };
  if (output !== undefined) return { kind: "file", path: output, named: false };
  const plain = PLAIN_NAME.test(basename(name)) ? basename(name) : OTHER_NAME;
  const folder = path === STANDARD_STREAM ? "." : dirname(path);
  return { kind: "file", path: join(folder, plain), named: true };
}

async function fileOf(capture: CarriedCapture, path: string): Promise<Uint8Array> {
  const { packed, gzip, fileBytes } = capture;
  const bytes = packed ? await unpacked(gzip, path) : gzip;
  if (bytes.length === fileBytes) return bytes;
  throw new InputError(
    path,
    new DamagedReportError(`${bytes.length} of ${fileBytes} bytes of its recording are left`),
  );
}

async function unpacked(gzip: Uint8Array, path: string): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(gzip);
  } catch (error) {
    const reason = (error as Error).message;
    throw new InputError(
      path,
      new DamagedReportError(`its recording cannot be unpacked: ${reason}`),
    );
  }
}
