// SPDX-License-Identifier: MIT

import { createHmac } from "node:crypto";
import { CaptureRedactor, parseNamePattern, type RedactionRequest } from "@pyspy/analyze";
import { isGzipPath } from "@pyspy/report";
import type { Options } from "yargs";
import type { CliIo } from "../cli-io.ts";
import { UsageError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { flattened, throughInputs } from "../input/each-input.ts";
import { reportLosses } from "../notices.ts";
import type { ParsedOptions } from "../options/parsed-options.ts";
import { exportTarget } from "../output/output-target.ts";
import { checkTarget, writeOutput, writeStdout } from "../output/write-output.ts";
import {
  newRedactionMap,
  type RedactionMap,
  readRedactionMap,
  writeRedactionMap,
} from "../redaction/redaction-map.ts";
import type { Command } from "./command.ts";

const LEVELS = ["none", "share", "strict"] as const;

const OPTIONS: Readonly<Record<"level" | "map" | "keep" | "restore" | "output", Options>> = {
  level: {
    choices: LEVELS,
    group: "What is taken out:",
    description:
      "share (the default): host, arguments, home directories, control groups, what looks like a secret, local variables, source text; strict: also every name of the program and its packages; none: nothing",
  },
  map: {
    type: "string",
    requiresArg: true,
    group: "What is taken out:",
    description:
      "with strict: FILE.json for the key and the names of pseudonyms. One that is there is used again, so that captures can be compared. Keep it to yourself",
  },
  keep: {
    type: "string",
    requiresArg: true,
    group: "What is taken out:",
    description: "with strict: names stay in files that match a regular expression: '/django/'",
  },
  restore: {
    type: "string",
    requiresArg: true,
    group: "What is taken out:",
    description: "instead: put the names of this map back in the place of pseudonyms",
  },
  output: {
    alias: "o",
    type: "string",
    requiresArg: true,
    group: "Output:",
    description: "capture to write; without it NAME.redacted.pspy beside the input",
  },
};

export const redact: Command = {
  name: "redact",
  description: "write a capture that can be given away",
  details:
    "Stacks, times and states stay as they are, so every question has the same answer. What no version of this program knows is left out. `inspect --pii` lists what remains.",
  examples: [
    ["run.pspy -o for-the-ticket.pspy", "for a colleague"],
    ["run.pspy --level strict --map names.json", "for a stranger; only you can undo it"],
    ["answer.pspy --restore names.json", "with the names again"],
  ],
  options: OPTIONS,
  async run(options, { io }) {
    const [first, ...others] = options.files;
    if (first === undefined) throw new UsageError("no capture is named");
    const inputs: [string, ...string[]] = [first, ...others];
    checkCombination(options);
    const map = await readMap(options, io);
    const target = exportTarget(options.text("output"), inputs, ".redacted.pspy");
    checkTarget(target, inputs, io);
    const redactor = new CaptureRedactor(request(options, map));
    const gzip = target.kind === "file" && isGzipPath(target.path);
    await writeOutput(target, flattened(throughInputs(inputs, redactor, io)), io, { gzip });
    await reportLosses(redactor.losses, io);
    const path = options.text("map");
    if (path !== undefined) await writeRedactionMap(path, map!, redactor.names, io);
    if (target.kind === "file" && target.named) await writeStdout(`${target.path}\n`, io);
    return ExitCode.OK;
  },
};

function checkCombination(options: ParsedOptions): void {
  const strict = options.text("level") === "strict";
  for (const name of ["map", "keep"]) {
    if (options.text(name) !== undefined && !strict) {
      throw new UsageError(`--${name} is for --level strict`);
    }
  }
  if (options.text("restore") !== undefined && options.text("level") !== undefined) {
    throw new UsageError("--restore and --level exclude each other");
  }
}

async function readMap(options: ParsedOptions, io: CliIo): Promise<RedactionMap | undefined> {
  const restore = options.text("restore");
  if (restore !== undefined) return await readRedactionMap(restore, io);
  const path = options.text("map");
  if (path === undefined) return undefined;
  return (await readRedactionMap(path, io, { mayBeMissing: true })) ?? newRedactionMap();
}

function request(options: ParsedOptions, map: RedactionMap | undefined): RedactionRequest {
  if (options.text("restore") !== undefined) return { level: "restore", names: map!.names };
  const level = (options.text("level") ?? "share") as (typeof LEVELS)[number];
  if (level !== "strict") return { level };
  const { key } = map ?? newRedactionMap();
  return {
    level,
    hash: (text) => createHmac("sha256", key).update(text).digest("hex"),
    keep: options.texts("keep").map(parseNamePattern),
  };
}
