// SPDX-License-Identifier: MIT

import { LiveReader, type Selection, selectView, type View } from "@pyspy/analyze";
import type { CaptureOptions } from "@pyspy/capture";
import {
  changeSection,
  documentMarkdown,
  documentText,
  jsonText,
  type LiveMoment,
  liveDumpJson,
  liveMoment,
} from "@pyspy/report";
import type { CliIo } from "../cli-io.ts";
import type { CommandContext } from "../commands/command.ts";
import { InputError, UsageError } from "../errors.ts";
import { answerForm } from "../options/answer-options.ts";
import { wantsColor } from "../options/colors.ts";
import { durationOption } from "../options/duration.ts";
import { filterView } from "../options/filter-options.ts";
import { liveCapture } from "../options/live-options.ts";
import type { ParsedOptions } from "../options/parsed-options.ts";
import { exportTarget, STANDARD_STREAM } from "../output/output-target.ts";
import { checkTarget, writeOutput } from "../output/write-output.ts";
import { agentSource, type LiveSource, streamSource } from "./live-source.ts";

/** What `dump` of a process, or of a stream, was asked for. */
interface LiveDump {
  readonly view: View;
  readonly count: number;
  readonly everyNanos: number;
  /** "-", or what an agent of ours records. */
  readonly source: "-" | "agent";
}

/**
 * Dumps moments of processes that run.
 *
 * @throws CaptureError, AgentMissingError, InputError, UsageError, OutputError
 */
export async function dumpLive(options: ParsedOptions, context: CommandContext): Promise<void> {
  const { io, provenance } = context;
  const form = answerForm(options);
  refuseFrameFilters(options);
  const asked: LiveDump = {
    view: { ...filterView(options, io), idle: true, pids: [] },
    count: options.count("count", 1),
    everyNanos: durationOption(options.text("every") ?? "1s", "every"),
    source: options.files[0] === STANDARD_STREAM ? "-" : "agent",
  };
  const target = exportTarget(options.text("output") ?? STANDARD_STREAM, [STANDARD_STREAM], "");
  checkTarget(target, [], io);
  const toTerminal = target.kind === "stdout";
  const color = toTerminal && wantsColor(io.stdout, io.env);
  const columns = toTerminal ? io.stdout.columns : undefined;

  const taken: LiveMoment[] = [];
  let last: Selection | undefined;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const inForm = (document: LiveMoment["document"]): Iterable<string> =>
      form === "markdown" ? documentMarkdown(document) : documentText(document, { color, columns });
    for await (const selection of selections(asked, options, context)) {
      last = selection;
      const moment = liveMoment(selection);
      const isFirst = taken.push(moment) === 1;
      if (form === "json") continue;
      yield Buffer.from((isFirst ? "" : "\n") + [...inForm(moment.document)].join(""));
    }
    if (last === undefined) return;
    if (form === "json") yield Buffer.from(jsonText(liveDumpJson(last, provenance, taken)));
    else if (taken.length > 1) {
      const { title } = taken[0]!.document;
      const changes = { title, facts: [], warnings: [], sections: [changeSection(taken)] };
      yield Buffer.from(`\n${[...inForm(changes)].join("")}`);
    }
  }
  await writeOutput(target, pieces(), io);
}

/** What is looked at: processes that run, at some moments, or the one moment of a core file. */
function dumpCapture(options: ParsedOptions, { count, everyNanos }: LiveDump): CaptureOptions {
  const file = options.text("core");
  if (file === undefined) {
    return { ...liveCapture(options), moments: { count, everySeconds: everyNanos / 1e9 } };
  }
  if (options.numbers("pid").length > 0 || options.files.length > 0 || count > 1) {
    throw new UsageError("--core is of one process at one moment: no -p, file or --count with it");
  }
  const executable = options.text("executable");
  const sysroot = options.text("sysroot");
  return {
    core: {
      file,
      ...(executable !== undefined && { executable }),
      ...(sysroot !== undefined && { sysroot }),
      searchDirectories: options.texts("search-dir"),
    },
    native: options.flag("native"),
  };
}

/** Local variables, and what of them is told. */
function localsCapture(options: ParsedOptions): Pick<CaptureOptions, "locals" | "redact"> {
  const limit = (name: string): Record<string, number> => {
    const value = options.count(`value-${name}`, 0);
    return value === 0 ? {} : { [name]: value };
  };
  const redact = options.text("redact") as CaptureOptions["redact"];
  const locals = { ...limit("length"), ...limit("items"), ...limit("depth") };
  return { ...(options.flag("locals") && { locals }), ...(redact !== undefined && { redact }) };
}

/** Which filters change stacks, so that nobody knows any more whose variables are whose. */
const FRAME_FILTERS = [
  "my-code",
  "hide",
  "show",
  "show-from",
  "root-at",
  "fold",
  "fold-native",
  "fold-recursion",
  "by",
];

function refuseFrameFilters(options: ParsedOptions): void {
  const given = FRAME_FILTERS.find(
    (name) => options.flag(name) || options.text(name) !== undefined,
  );
  if (!options.flag("locals") || given === undefined) return;
  throw new UsageError(`--locals are of frames as they are: it does not go with --${given}`);
}

/** Of several processes, says which could not be looked at; of one, the error that is thrown does. */
function tellOthers(options: ParsedOptions, io: CliIo): (text: string) => void {
  const tells = options.numbers("pid").length > 1;
  return (text) => {
    if (tells) void io.stderr.write(text).catch(() => {});
  };
}

/** The moments that were asked for, each as soon as it is known. */
async function* selections(
  asked: LiveDump,
  options: ParsedOptions,
  { io }: CommandContext,
): AsyncGenerator<Selection> {
  const { view, count, everyNanos, source } = asked;
  const { bytes }: LiveSource =
    source === "-"
      ? streamSource(io)
      : agentSource(
          { ...dumpCapture(options, asked), ...localsCapture(options) },
          tellOthers(options, io),
        );
  const reader = new LiveReader();
  let taken = 0;
  let dueNanos = Number.NEGATIVE_INFINITY;
  for await (const piece of bytes) {
    for (const { profile } of reader.push(piece)) {
      const [recording] = profile.recordings;
      // A stream has many moments; an agent of ours has taken those that were asked for.
      const atNanos = recording!.ticks.nanos.at(-1)!;
      if (source === "-" && atNanos < dueNanos) continue;
      dueNanos = atNanos + everyNanos;
      yield selectView(profile, view);
      if (++taken === count) return;
    }
  }
  if (taken > 0) return;
  try {
    reader.finish();
  } catch (error) {
    throw new InputError("-", error);
  }
  throw new UsageError("the recording ended before a thread was seen");
}
