// SPDX-License-Identifier: MIT

import { lineHeat, type Selection, sourceLines, type WeightUnit } from "@pyspy/analyze";
import { visibleExcerpt } from "../../text/visible-text.ts";
import { element, type Html } from "../element.ts";
import type { SourceFile } from "./source-file.ts";
import { type HeatedFile, hotLines, sourceTable } from "./source-lines.ts";

/** Files that are shown without scripts. */
const MOST_FILES = 3;
/** Lines of a file that are shown without scripts: the hottest, with what is around them. */
const MOST_LINES = 120;

/** The files with what their lines took, those first that took most by themselves. */
export function heatedFiles(
  selection: Selection,
  unit: WeightUnit,
  files: readonly SourceFile[],
): HeatedFile[] {
  const heat = lineHeat(selection, unit, new Set(files.map(({ file }) => file)));
  const heated = files.map(({ file, text }) => ({
    file,
    lines: sourceLines(text),
    heat: heat.get(file) ?? new Map(),
  }));
  return heated.sort((a, b) => selfOf(b) - selfOf(a) || (a.file < b.file ? -1 : 1));
}

/** Weight of the observations in which a line of the file was innermost. */
export function selfOf({ heat }: HeatedFile): number {
  return [...heat.values()].reduce((sum, { self }) => sum + self, 0);
}

/** What shares of lines are shares of. */
export function sourceWhole({ totals }: Selection, unit: WeightUnit): number {
  return { "wall-nanos": totals.wallNanos, "cpu-nanos": totals.cpuNanos, samples: totals.samples }[
    unit
  ];
}

/** The hot lines of the files that took most time. */
export function sourceSection(files: readonly HeatedFile[], whole: number): Html | undefined {
  const shown = files.slice(0, MOST_FILES).filter((each) => hotLines(each, whole).length > 0);
  if (shown.length === 0) return undefined;
  return element(
    "section",
    { id: "source" },
    element("h2", {}, "Which lines"),
    shown.map((each) =>
      element(
        "div",
        { class: "static" },
        element("h3", {}, element("code", {}, visibleExcerpt(each.file, 200))),
        sourceTable(each, hottestLines(each, whole), whole),
      ),
    ),
    element(
      "p",
      { class: "note" },
      "Shares of the time of what is shown: self, while the line itself was executed; total, with what it called.",
    ),
  );
}

/** As `hotLines`, of a file with many of them those around the hottest. */
function hottestLines(file: HeatedFile, whole: number): number[] {
  const all = hotLines(file, whole);
  if (all.length <= MOST_LINES) return all;
  const byHeat = [...file.heat].sort(([, a], [, b]) => b.self - a.self || b.total - a.total);
  const heat = new Map(byHeat.slice(0, MOST_LINES / 5));
  return hotLines({ ...file, heat }, whole);
}
