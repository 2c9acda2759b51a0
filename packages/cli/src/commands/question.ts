// SPDX-License-Identifier: MIT

import { type Recorded, requireRecorded, selectView } from "@pyspy/analyze";
import {
  type Answer,
  documentMarkdown,
  documentText,
  jsonText,
  type QuestionInput,
} from "@pyspy/report";
import type { Options } from "yargs";
import type { CliIo } from "../cli-io.ts";
import { UsageError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { readInputs } from "../input/read-inputs.ts";
import { reportDamage, reportUnfinished } from "../notices.ts";
import { ANSWER_OPTIONS, type AnswerForm, answerForm } from "../options/answer-options.ts";
import { wantsColor } from "../options/colors.ts";
import { FILTER_OPTIONS, filterView } from "../options/filter-options.ts";
import type { ParsedOptions } from "../options/parsed-options.ts";
import { exportTarget } from "../output/output-target.ts";
import { checkTarget, writeOutput } from "../output/write-output.ts";
import type { Command, CommandContext } from "./command.ts";

/** A question about captures: read them, select, answer, in the form that is wanted. */
export interface Question extends Pick<Command, "name" | "description" | "details" | "examples"> {
  /** Options of its own, besides filters and forms. */
  readonly options: Readonly<Record<string, Options>>;
  /** Idle threads are counted without being asked for. */
  readonly countsIdle: boolean;
  /** Without it in the recordings there is no answer. */
  readonly needs?: Recorded;
  /** @throws UsageError for values of its options that cannot be, before anything is read. */
  prepare(options: ParsedOptions, form: AnswerForm): (input: QuestionInput) => Answer;
}

/** What every question takes. */
export const QUESTION_OPTIONS: Readonly<Record<string, Options>> = {
  ...FILTER_OPTIONS,
  ...ANSWER_OPTIONS,
};

/** The command that asks the question. */
export function questionCommand(question: Question): Command {
  const { name, description, details, examples } = question;
  return {
    name,
    description,
    details,
    examples,
    options: { ...question.options, ...QUESTION_OPTIONS },
    async run(options, context) {
      await askQuestion(options, context, question);
      return ExitCode.OK;
    },
  };
}

/** Reads the captures, asks, and writes the answer where it is wanted. */
export async function askQuestion(
  options: ParsedOptions,
  { provenance, io }: CommandContext,
  { name, countsIdle, needs, prepare }: Pick<Question, "name" | "countsIdle" | "needs" | "prepare">,
): Promise<void> {
  const [first, ...others] = options.files;
  if (first === undefined) throw new UsageError("no capture is named");
  const inputs: [string, ...string[]] = [first, ...others];
  const form = answerForm(options);
  const view = filterView(options, io);
  const answer = prepare(options, form);
  const target = exportTarget(options.text("output") ?? "-", inputs, "");
  checkTarget(target, inputs, io);
  const { profile, damaged } = await readInputs(inputs, io);
  await reportDamage(damaged, io);
  await reportUnfinished(profile, io);
  if (needs !== undefined) requireRecorded(profile, needs, name);
  const selection = selectView(profile, countsIdle ? { ...view, idle: true } : view);
  const input = { selection, provenance, title: options.text("title") };
  const toTerminal = target.kind === "stdout";
  await writeOutput(target, inForm(answer(input), form, toTerminal, io), io);
}

/** The answer in the form that is wanted. */
export function inForm(
  { document, json }: Answer,
  form: AnswerForm,
  toTerminal: boolean,
  io: CliIo,
): Iterable<string> {
  switch (form) {
    case "json":
      return [jsonText(json)];
    case "markdown":
      return documentMarkdown(document);
    case "text": {
      const color = toTerminal && wantsColor(io.stdout, io.env);
      return documentText(document, { color, columns: toTerminal ? io.stdout.columns : undefined });
    }
  }
}
