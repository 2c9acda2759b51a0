// SPDX-License-Identifier: MIT

import type { Options } from "yargs";
import { UsageError } from "../errors.ts";
import type { ParsedOptions } from "./parsed-options.ts";

/** For a terminal, for a program, for a ticket. */
export type AnswerForm = "text" | "json" | "markdown";

const OUTPUT = "Output:";

/** How the answer to a question is written, and where. */
export const ANSWER_OPTIONS: Readonly<Record<"json" | "md" | "title" | "output", Options>> = {
  json: { type: "boolean", group: OUTPUT, description: "as JSON; docs/json.md has its shape" },
  md: { type: "boolean", group: OUTPUT, description: "as Markdown, for a ticket" },
  title: { type: "string", requiresArg: true, group: OUTPUT, description: "heading" },
  output: {
    alias: "o",
    type: "string",
    requiresArg: true,
    group: OUTPUT,
    description: "file to write; without it standard output",
  },
};

/** @throws UsageError when two forms are wanted at once. */
export function answerForm(options: ParsedOptions): AnswerForm {
  if (options.flag("json") && options.flag("md")) {
    throw new UsageError("--json and --md exclude each other");
  }
  if (options.flag("json")) return "json";
  return options.flag("md") ? "markdown" : "text";
}
