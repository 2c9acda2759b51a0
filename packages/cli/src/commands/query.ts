// SPDX-License-Identifier: MIT

import { formatCounted, queryAnswer, queryCsv } from "@pyspy/report";
import { UsageError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { expandInputs } from "../input/expand-inputs.ts";
import { answerForm } from "../options/answer-options.ts";
import { filterView } from "../options/filter-options.ts";
import type { ParsedOptions } from "../options/parsed-options.ts";
import { askedQuery, QUERY_OPTIONS, queryMemory } from "../options/query-options.ts";
import { ROW_OPTIONS, rowLimit } from "../options/row-options.ts";
import { exportTarget } from "../output/output-target.ts";
import { checkTarget, writeOutput, writeStdout } from "../output/write-output.ts";
import { CaptureDatabase } from "../query/capture-database.ts";
import { loadCaptures } from "../query/load-captures.ts";
import { namedQueries } from "../query/named-queries.ts";
import { withTemporaryFolder } from "../query/temporary-folder.ts";
import type { Command, CommandContext } from "./command.ts";
import { inForm, QUESTION_OPTIONS } from "./question.ts";

export const query: Command = {
  name: "query",
  description: "SQL over samples, stacks, frames, threads and processes of one or many captures",
  details:
    "The SQL is the last word, and DuckDB's; docs/query.md lists the views. Idle threads are in them, with a column that says so. Filters are applied to each capture before. A query can neither read nor write files.",
  examples: [
    ["run.pspy --name top-functions", "a query that is ready; --list prints them all"],
    ["a.pspy b.pspy 'SELECT capture, sum(cpu_ns) FROM sample_details GROUP BY ALL'", "your own"],
    ["run.pspy --file per-thread.sql --csv -o threads.csv", "for a spreadsheet"],
  ],
  options: { ...QUERY_OPTIONS, ...ROW_OPTIONS, ...QUESTION_OPTIONS },
  expandsInputs: true,
  async run(options, context) {
    if (options.flag("list")) await listQueries(context);
    else await askDatabase(options, context);
    return ExitCode.OK;
  },
};

async function askDatabase(options: ParsedOptions, { provenance, io }: CommandContext) {
  const { words, sql, title } = askedQuery(options, io);
  const [firstFile, ...others] = await expandInputs(words, io);
  if (firstFile === undefined) throw new UsageError("no capture is named");
  const inputs: [string, ...string[]] = [firstFile, ...others];
  const form = answerForm(options);
  if (options.flag("csv") && form !== "text") {
    throw new UsageError("--csv, --json and --md exclude each other");
  }
  const [most, memoryBytes] = [rowLimit(options), queryMemory(options)];
  const view = { ...filterView(options, io), idle: true };
  const target = exportTarget(options.text("output") ?? "-", inputs, "");
  checkTarget(target, inputs, io);
  const { first, summary, result } = await withTemporaryFolder(io, async (folder) => {
    const database = await CaptureDatabase.open({ memoryBytes, folder });
    try {
      const loaded = await loadCaptures(database, inputs, view, io);
      await database.lock();
      return { ...loaded, result: await database.query(sql) };
    } finally {
      database.close();
    }
  });
  if (options.flag("csv")) {
    await writeOutput(target, queryCsv(result), io);
    return;
  }
  const several = others.length > 0 ? formatCounted(inputs.length, "capture") : undefined;
  const input = { selection: first, provenance, title: options.text("title") ?? several };
  const answer = queryAnswer(input, result, { title, most, summary });
  await writeOutput(target, inForm(answer, form, target.kind === "stdout", io), io);
}

async function listQueries({ io }: CommandContext): Promise<void> {
  for (const { name, about, sql } of namedQueries) {
    await writeStdout(`-- ${name}: ${about}\n${sql};\n\n`, io);
  }
}
