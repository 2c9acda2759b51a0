// SPDX-License-Identifier: MIT

import { CaptureInspector } from "@pyspy/analyze";
import { documentMarkdown, documentText, inspectionDocument, jsonText } from "@pyspy/report";
import { inputName, UsageError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { throughInputs } from "../input/each-input.ts";
import { reportLosses } from "../notices.ts";
import { ANSWER_OPTIONS, answerForm } from "../options/answer-options.ts";
import { wantsColor } from "../options/colors.ts";
import { writeOutput } from "../output/write-output.ts";
import type { Command } from "./command.ts";

const { json, md } = ANSWER_OPTIONS;

export const inspect: Command = {
  name: "inspect",
  description: "what a capture gives away of persons, machines, secrets and the program",
  details: "Every text of the file is looked at, and every place in which the format has one.",
  examples: [["shared.pspy --pii", "what is left after redact"]],
  options: {
    pii: {
      type: "boolean",
      group: "What is looked for:",
      description: "what tells of persons, machines and secrets; all there is, and the default",
    },
    json: json,
    md: md,
  },
  async run(options, { provenance, io }) {
    const { files } = options;
    if (files.length === 0) throw new UsageError("no capture is named");
    const form = answerForm(options);
    const inspector = new CaptureInspector();
    for await (const _ of throughInputs(files, inspector, io));
    await reportLosses(inspector.losses, io);
    const inspection = inspector.result();
    const document = inspectionDocument(files.map(inputName).join(", "), inspection);
    const { columns } = io.stdout;
    const pieces =
      form === "json"
        ? [
            jsonText({
              format: "pyspy-analyze",
              formatVersion: 1,
              question: "inspect",
              provenance: { ...provenance },
              answer: {
                ...inspection,
                findings: inspection.findings.map(({ removedBy, ...finding }) => ({
                  ...finding,
                  removedBy: removedBy ?? null,
                })),
              },
            }),
          ]
        : form === "markdown"
          ? documentMarkdown(document)
          : documentText(document, { color: wantsColor(io.stdout, io.env), columns });
    await writeOutput({ kind: "stdout" }, pieces, io);
    return ExitCode.OK;
  },
};
