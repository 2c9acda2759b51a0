// SPDX-License-Identifier: MIT

import {
  compareWithItself,
  doubtsOf,
  type FunctionChange,
  type Profile,
  renameCandidates,
  requireRecorded,
  SideComparison,
} from "@pyspy/analyze";
import {
  type Answer,
  type ComparedFile,
  DIFF_TERMINAL_LIMITS,
  DIFF_TICKET_LIMITS,
  type DiffInput,
  diffAnswer,
  diffFlamegraph,
  diffPage,
  gateJunit,
  selfTestAnswer,
} from "@pyspy/report";
import { IncompatibleInputsError, UsageError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { expandInputs } from "../input/expand-inputs.ts";
import { KeptCaptures } from "../input/kept-captures.ts";
import { filesOfSides, makeSide, readSides } from "../input/sides.ts";
import { ANSWER_OPTIONS, answerForm } from "../options/answer-options.ts";
import { compareOptions, DIFF_OPTIONS, sideChoice } from "../options/diff-options.ts";
import { parseGate } from "../options/fail-on.ts";
import { FILTER_OPTIONS, filterView } from "../options/filter-options.ts";
import type { ParsedOptions } from "../options/parsed-options.ts";
import { PAGE_SIZE, sizeOption } from "../options/size.ts";
import { JUNIT_OPTION, prepareJunit } from "../output/junit-output.ts";
import { exportTarget, type OutputTarget } from "../output/output-target.ts";
import { checkTarget, writeOutput } from "../output/write-output.ts";
import type { Command, CommandContext } from "./command.ts";
import { inForm } from "./question.ts";

export const diff: Command = {
  name: "diff",
  description: "what changed between recordings, told from noise",
  details:
    "The first capture is before, the second after; docs/diff.md says how changes are told from noise.",
  examples: [
    ["before.pspy after.pspy", "what takes more time, and what takes less"],
    ["before.pspy after.pspy -o diff.svg", "a differential flame graph"],
    ["before.pspy after.pspy -o diff.html", "all of it as one page for a ticket"],
    ["--before a1.pspy --before a2.pspy --after b1.pspy", "several recordings a side"],
    ["run.pspy --before-time 0..30s --after-time 60s..90s", "two stretches of one recording"],
    ['run.pspy --before-filter "--gil" --after-filter "--gil-wait"', "any two selections"],
    ["run.pspy --after-pid 4247", "a worker against its siblings"],
    ["a.pspy b.pspy --work-before 12000 --work-after 15000", "per request, say"],
    ["a.pspy b.pspy --fail-on +2pp", "for CI: exit with 9 if a function got so much more"],
    ["--aa run.pspy", "a recording against itself: nothing may be found"],
  ],
  options: { ...DIFF_OPTIONS, ...FILTER_OPTIONS, ...ANSWER_OPTIONS, ...JUNIT_OPTION },
  run: (options, context) =>
    options.flag("aa") ? runSelfTest(options, context) : runDiff(options, context),
};

async function runDiff(options: ParsedOptions, context: CommandContext): Promise<ExitCode> {
  const { provenance, io } = context;
  const side = async (name: "before" | "after") => {
    const choice = sideChoice(options, name);
    return { ...choice, files: await expandInputs(choice.files, io) };
  };
  const choices = [await side("before"), await side("after")] as const;
  const files = filesOfSides(options.files, ...choices);
  const gate =
    options.text("fail-on") === undefined ? undefined : parseGate(options.text("fail-on")!);
  const how = compareOptions(options);
  const mostBytes = sizeOption(options.text("max-size") ?? PAGE_SIZE, "max-size");
  const views = choices.map(({ filter }) => filterView(filter?.options ?? options, io));
  const write = prepareOutput(options, files.flat(), context);
  const writeJunit = prepareJunit(options, files.flat(), io);
  if (writeJunit !== undefined && gate === undefined) {
    throw new UsageError("--junit is a report of --fail-on: say what fails");
  }

  const kept = new Map<string, KeptCaptures>();
  const profiles = await readSides(files, io, (path) => {
    if (write.format !== "html") return undefined;
    kept.set(path, new KeptCaptures());
    return kept.get(path);
  });
  for (const profile of profiles.values()) requireRecorded(profile, "times", WINDOWS);
  const before = makeSide(files[0], profiles, choices[0], choices[1], views[0]!);
  const after = makeSide(files[1], profiles, choices[1], choices[0], views[1]!);
  const sides = new SideComparison(before.replicates, after.replicates, how);
  const comparison = sides.functions();
  const doubts = doubtsOf(before.replicates, after.replicates, comparison);
  const refused = doubts.filter(({ severity }) => severity === "refuse");
  if (refused.length > 0)
    throw new IncompatibleInputsError(refused.map(({ text }) => text).join("; "));
  const input: DiffInput = {
    comparison,
    doubts,
    renames: renameCandidates(comparison.functions),
    sides: { before: before.name, after: after.name },
    provenance,
    title: options.text("title"),
  };
  const carried = await comparedFiles(files, profiles, kept);
  await write.all((limits) => diffAnswer(input, limits), {
    flamegraph: () => diffFlamegraph(input, sides.paths()),
    html: (limits) => diffPage(input, sides.paths(), limits, { files: carried, mostBytes }),
  });
  if (gate === undefined) return ExitCode.OK;
  const { all, betweenReplicates, drift, measure } = comparison;
  const failed = comparison.functions.filter((each) => gate(each, comparison));
  // Of everything there is no share; and what was recorded later may be of a slower machine.
  const whole: FunctionChange = { label: EVERYTHING, self: all, total: all };
  const allFails = measure !== "share" && gate(whole, comparison);
  const allTold = allFails && drift !== "unknown";
  await writeJunit?.(gateJunit(comparison, failed, allTold));
  if (allTold) failed.unshift(whole);
  else if (allFails) await io.stderr.write(`pyspy-analyze: note: ${ALL_UNTOLD}\n`);
  if (failed.length === 0) return ExitCode.OK;
  const noise = doubts.filter(({ code }) => code === "machine-load" || code === "missed-ticks");
  if (noise.length > 0 && !betweenReplicates) {
    const why = noise.map(({ text }) => text).join("; ");
    throw new IncompatibleInputsError(`${why}; record several times a side for --fail-on`);
  }
  const names = failed.slice(0, 3).map(({ label }) => label.name);
  const more = failed.length > names.length ? ` and ${failed.length - names.length} more` : "";
  await io.stderr.write(
    `pyspy-analyze: --fail-on ${options.text("fail-on")}: ${names.join(", ")}${more}\n`,
  );
  return ExitCode.GATE;
}

async function runSelfTest(options: ParsedOptions, context: CommandContext): Promise<ExitCode> {
  const { provenance, io } = context;
  const [file, ...others] = options.files;
  if (file === undefined || others.length > 0) throw new UsageError("--aa takes one capture");
  const how = compareOptions(options);
  const view = filterView(options, io);
  const write = prepareOutput(options, [file], context);
  const choice = { files: [], time: undefined, pids: [], threads: [] };
  const profiles = await readSides([[file], []], io);
  requireRecorded(profiles.get(file)!, "times", WINDOWS);
  const side = makeSide([file], profiles, choice, choice, view);
  const test = compareWithItself(side.replicates[0]!, how);
  const named = { name: side.name, provenance, title: options.text("title") };
  await write.all(() => selfTestAnswer(test, named));
  const { functions } = test.alternating;
  const any = parseGate("any");
  return functions.some((each) => any(each, test.alternating)) ? ExitCode.GATE : ExitCode.OK;
}

/** Noise is how much windows of time differ. */
const WINDOWS = "diff, which tells changes from noise by windows of time,";
const EVERYTHING: FunctionChange["label"] = { kind: "root", name: "everything", file: "", line: 0 };
const ALL_UNTOLD =
  "everything together changed by more than --fail-on allows, and recordings of one side after the other cannot tell the program from the machine: record several in turns (five or more in all)";

type Limits = typeof DIFF_TERMINAL_LIMITS;

/** Forms of a comparison that are more than words. */
interface Output {
  /** `undefined`: words. */
  readonly format: keyof Pictures | undefined;
  readonly all: (answer: (limits: Limits) => Answer, pictures?: Pictures) => Promise<void>;
}

type Pictures = Readonly<Record<"flamegraph" | "html", (limits: Limits) => Iterable<string>>>;

/** Checks where the answer goes before minutes of work; `all` writes it there. */
function prepareOutput(
  options: ParsedOptions,
  files: readonly string[],
  { io }: CommandContext,
): Output {
  const form = answerForm(options);
  const inputs: [string, ...string[]] = [files[0]!, ...files.slice(1)];
  const target = exportTarget(options.text("output") ?? "-", inputs, "");
  checkTarget(target, inputs, io);
  const usual = form === "markdown" ? DIFF_TICKET_LIMITS : DIFF_TERMINAL_LIMITS;
  const limits = { functions: options.count("limit", usual.functions) };
  const format = pictureFormat(options, target);
  const all: Output["all"] = async (answer, pictures) => {
    const pieces =
      format !== undefined && pictures !== undefined
        ? pictures[format](limits)
        : inForm(answer(limits), form, target.kind === "stdout", io);
    await writeOutput(target, pieces, io);
  };
  return { format, all };
}

/** The files that a page carries, with the sides that they are of. */
function comparedFiles(
  [before, after]: readonly [readonly string[], readonly string[]],
  profiles: ReadonlyMap<string, Profile>,
  kept: ReadonlyMap<string, KeptCaptures>,
): Promise<ComparedFile[]> {
  return Promise.all(
    [...kept].map(async ([path, captures]) => ({
      profile: profiles.get(path)!,
      captures: await captures.packed(),
      sides: [
        ...(before.includes(path) ? (["before"] as const) : []),
        ...(after.includes(path) ? (["after"] as const) : []),
      ],
    })),
  );
}

/** What a comparison is drawn as, by name or by the ending of the output; `undefined`: it is told in words. */
function pictureFormat(options: ParsedOptions, target: OutputTarget): keyof Pictures | undefined {
  const named = options.text("format") as keyof Pictures | undefined;
  if (named !== undefined || target.kind === "stdout") return named;
  if (/\.svg$/i.test(target.path)) return "flamegraph";
  return /\.html?$/i.test(target.path) ? "html" : undefined;
}
