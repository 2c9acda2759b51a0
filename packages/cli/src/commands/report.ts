// SPDX-License-Identifier: MIT

import { type Profile, requireRecorded, selectView } from "@pyspy/analyze";
import {
  documentText,
  isGzipPath,
  type PageInput,
  type Provenance,
  type ReportFormat,
  type ReportInput,
  summaryAnswer,
} from "@pyspy/report";
import { loadCharts } from "../charts/load-charts.ts";
import type { CliIo } from "../cli-io.ts";
import { UsageError } from "../errors.ts";
import { findSources } from "../input/find-sources.ts";
import { KeptCaptures } from "../input/kept-captures.ts";
import { readInputs } from "../input/read-inputs.ts";
import {
  reportBooks,
  reportDamage,
  reportNothingSelected,
  reportSources,
  reportUnfinished,
} from "../notices.ts";
import { chooseFormat } from "../options/choose-format.ts";
import { wantsColor } from "../options/colors.ts";
import type { ReportArguments } from "../options/report-options.ts";
import { exportTarget, type OutputTarget } from "../output/output-target.ts";
import { checkTarget, writeOutput, writeStdout } from "../output/write-output.ts";
import { exportParquet } from "../parquet/export-parquet.ts";

/** `pyspy-analyze FILE...`: one report of some captures; without a format, the summary. */
export async function report(
  args: ReportArguments,
  provenance: Provenance,
  io: CliIo,
): Promise<void> {
  const [first, ...others] = args.files;
  if (first === undefined) throw new UsageError("no capture is named");
  const inputs: [string, ...string[]] = [first, ...others];
  const format = chooseFormat(args.format, args.output);
  if (format?.name === "parquet") {
    // Idle threads have a column that says so; a table that lacks them could not be told from one that has them.
    const everything = { ...args.view, idle: true };
    const target = exportTarget(args.output, inputs, format.extension);
    await exportParquet(inputs, everything, target, provenance, io);
    return;
  }
  const target: OutputTarget =
    format === undefined
      ? { kind: "stdout" }
      : exportTarget(args.output, inputs, format.extensions[0]);
  if (args.sources.length > 0 && format?.needsPage !== true) {
    throw new UsageError("--source is for an HTML page: --format html, or -o report.html");
  }
  // Before minutes of work, not after them.
  checkTarget(target, inputs, io);
  if (target.kind === "stdout" && io.stdout.isTTY && format !== undefined) refuseBinary(format);

  const kept = format?.needsPage ? new KeptCaptures() : undefined;
  const { profile, damaged } = await readInputs(inputs, io, kept);
  await reportDamage(damaged, io);
  await reportUnfinished(profile, io);
  if (format?.needsTimes) requireRecorded(profile, "times", format.name);
  const input: ReportInput = {
    selection: selectView(profile, args.view),
    options: {
      unit: args.unit,
      lines: args.lines ?? !format?.byFunction,
      threads: args.threads,
      processes: args.roles ? "role" : args.processes,
      colors: args.colors,
      direction: args.flame ? "flame" : "icicle",
      perfettoSamples: args.perfettoSamples,
      title: args.title,
    },
    provenance,
    page: kept && (await pageInput(profile, kept, args, io)),
  };
  if (format === undefined) await writeSummary(input, io);
  else await writeExport(format, target, input, io);
}

async function pageInput(
  profile: Profile,
  kept: KeptCaptures,
  { view, pageOptions, maxSize, sources, refreshSeconds }: ReportArguments,
  io: CliIo,
): Promise<PageInput> {
  const [captures, charts, given] = await Promise.all([
    kept.packed(),
    loadCharts(),
    sources.length > 0 ? findSources(profile, sources) : undefined,
  ]);
  if (given !== undefined) await reportSources(given, io);
  return {
    observed: selectView(profile, { ...view, states: [], idle: true }),
    options: pageOptions,
    captures,
    mostBytes: maxSize,
    charts,
    sources: given,
    refreshSeconds,
  };
}

async function writeSummary(input: ReportInput, io: CliIo): Promise<void> {
  const { columns } = io.stdout;
  const color = wantsColor(io.stdout, io.env);
  await writeOutput(
    { kind: "stdout" },
    documentText(summaryAnswer(input).document, { color, columns }),
    io,
  );
}

async function writeExport(
  format: ReportFormat,
  target: OutputTarget,
  input: ReportInput,
  io: CliIo,
): Promise<void> {
  await reportBooks(input.selection, io);
  await reportNothingSelected(input.selection, io);
  const gzip = format.content === "gzip" || (target.kind === "file" && isGzipPath(target.path));
  await writeOutput(target, format.render(input), io, { gzip });
  if (target.kind === "file" && target.named) await writeStdout(`${target.path}\n`, io);
}

/** Bytes would leave a terminal in a state that takes a `reset` to end. */
function refuseBinary({ name, content }: ReportFormat): void {
  if (content === "text") return;
  throw new UsageError(`${name} is binary, and standard output is a terminal; name a file (-o)`);
}
