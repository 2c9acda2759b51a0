// SPDX-License-Identifier: MIT

import { CaptureMerger } from "@pyspy/analyze";
import { formatCounted, isGzipPath } from "@pyspy/report";
import type { Options } from "yargs";
import { UsageError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { throughInputs } from "../input/each-input.ts";
import { reportLosses } from "../notices.ts";
import { inputLabels, MERGE_LABEL_OPTIONS } from "../options/input-labels.ts";
import { exportTarget } from "../output/output-target.ts";
import { checkTarget, writeOutput, writeStdout } from "../output/write-output.ts";
import type { Command } from "./command.ts";

const OPTIONS: Readonly<Record<"output", Options>> = {
  output: {
    alias: "o",
    type: "string",
    requiresArg: true,
    group: "Output:",
    description:
      "capture to write, - for standard output; without it NAME.merged.pspy beside the first input",
  },
};

export const merge: Command = {
  name: "merge",
  description: "captures of several hosts, pods or ranks as one file, with labels",
  details:
    "Each recording stays as it is, with its own clock: readers put all on one axis by the time of day, and keep processes of different hosts apart. What other programs recorded becomes a capture.",
  examples: [
    ["web-*.pspy -o all.pspy --label-from '(?<host>web-\\d+)'", "hosts by the names of files"],
    ["captures/ -o all.pspy --label service=api", "all captures in a directory"],
    ["a.pspy b.pspy -o ab.pspy --label a.pspy:rank=0 --label b.pspy:rank=1", "one by one"],
    ["austin.mojo -o austin.pspy", "what another program recorded, as a capture"],
  ],
  options: { ...MERGE_LABEL_OPTIONS, ...OPTIONS },
  async run(options, { io }) {
    const [first, ...others] = options.files;
    if (first === undefined) throw new UsageError("no capture is named");
    const inputs: [string, ...string[]] = [first, ...others];
    const labelsOf = inputLabels(options, inputs);
    const target = exportTarget(options.text("output"), inputs, ".merged.pspy");
    checkTarget(target, inputs, io);
    const merger = new CaptureMerger();
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (const path of inputs) {
        merger.label(labelsOf(path));
        for await (const several of throughInputs([path], merger, io)) yield* several;
      }
    }
    const gzip = target.kind === "file" && isGzipPath(target.path);
    await writeOutput(target, pieces(), io, { gzip });
    await reportLosses(merger.losses, io);
    const { recordings, repeated } = merger.counts;
    const left =
      repeated === 0
        ? ""
        : `; ${formatCounted(repeated, "recording")} came twice and ${repeated === 1 ? "is" : "are"} there once`;
    const made = `${formatCounted(recordings, "recording")} of ${formatCounted(inputs.length, "file")}${left}`;
    await io.stderr.write(`pyspy-analyze: ${made}\n`);
    if (target.kind === "file" && target.named) await writeStdout(`${target.path}\n`, io);
    return ExitCode.OK;
  },
};
