// SPDX-License-Identifier: MIT

import { type CodeTable, codeTable } from "../code/code-table.ts";
import { reportHeading } from "../heading/report-heading.ts";
import { MEASURES } from "../observations/observations.ts";
import type { ReportFormat, ReportInput } from "../report-format.ts";
import { addCallCosts, type CallCosts } from "./call-costs.ts";
import { ShortNames } from "./short-names.ts";

/**
 * Callgrind's profile format (valgrind.org/docs/manual/cl-format.html) for KCachegrind,
 * QCachegrind and callgrind_annotate: costs by function and line, and of the calls between them. It
 * has no threads and no time axis. Numbers of calls are numbers of samples: calls are not counted.
 */
export const callgrind: ReportFormat = {
  name: "callgrind",
  description: "for KCachegrind, callgrind_annotate: functions, lines and calls",
  extensions: [".callgrind", ".cachegrind"],
  content: "text",
  render: renderCallgrind,
};

function* renderCallgrind(input: ReportInput): Generator<string> {
  const { selection, options, provenance } = input;
  const code = codeTable(selection.profile, options);
  const costs = addCallCosts(selection, code);
  const { title, quality, notes } = reportHeading(input);
  yield `# callgrind format\nversion: 1\ncreator: pyspy-analyze ${provenance.version}\n`;
  yield `cmd: ${title}\n`;
  for (const note of [quality.join(", "), ...notes]) yield `desc: ${note}\n`;
  yield "positions: line\n";
  for (const { name, unit, about } of MEASURES) yield `event: ${name} : ${about} (${unit})\n`;
  yield `events: ${MEASURES.map(({ name }) => name).join(" ")}\n`;
  yield `summary: ${costs.total.join(" ")}\n\n`;
  yield* functionCosts(code, costs);
  yield `totals: ${costs.total.join(" ")}\n`;
}

function* functionCosts(code: CodeTable, { self, calls }: CallCosts): Generator<string> {
  const { functions, locations } = code;
  const samples = MEASURES.findIndex(({ name }) => name === "samples");
  const [files, names] = [new ShortNames(), new ShortNames()];
  for (const [index, places] of placesByFunction(code, [...self.keys(), ...calls.keys()])) {
    const { file, name } = functions[index]!;
    yield `fl=${files.short(fileName(file))}\nfn=${names.short(name)}\n`;
    for (const place of places) {
      const line = locations.line[place]!;
      const own = self.get(place);
      if (own !== undefined) yield `${line} ${own.join(" ")}\n`;
      for (const [called, { line: target, cost }] of calls.get(place) ?? []) {
        const callee = functions[called]!;
        yield `cfi=${files.short(fileName(callee.file))}\ncfn=${names.short(callee.name)}\n`;
        yield `calls=${cost[samples]} ${target}\n${line} ${cost.join(" ")}\n`;
      }
    }
    yield "\n";
  }
}

/** Functions with their places that have a cost, by line. */
function placesByFunction({ locations }: CodeTable, places: number[]): Map<number, number[]> {
  const byFunction = new Map<number, number[]>();
  for (const place of new Set(places)) {
    const index = locations.function[place]!;
    const list = byFunction.get(index);
    if (list === undefined) byFunction.set(index, [place]);
    else list.push(place);
  }
  for (const list of byFunction.values()) {
    list.sort((a, b) => locations.line[a]! - locations.line[b]!);
  }
  return byFunction;
}

/** "???" is what readers take for a file that is not known. */
function fileName(file: string): string {
  return file === "" ? "???" : file;
}
