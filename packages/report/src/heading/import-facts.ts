// SPDX-License-Identifier: MIT

import { FOREIGN_FORMATS, type ForeignFormat, type RecordingSummary } from "@pyspy/analyze";
import { formatCounted } from "../text/format-number.ts";
import { visibleExcerpt } from "../text/visible-text.ts";

const LONGEST_LOSS = 300;

/**
 * A line for each format of another program that was read: what of it is not as in a recording of our own.
 * Losses of several recordings in one format are told once.
 */
export function importFacts(recordings: readonly RecordingSummary[]): string[] {
  const byFormat = new Map<string, { count: number; programs: Set<string>; losses: Set<string> }>();
  for (const { imported } of recordings) {
    if (imported === undefined) continue;
    const { format, program, losses } = imported;
    const known = byFormat.get(format) ?? { count: 0, programs: new Set(), losses: new Set() };
    byFormat.set(format, known);
    known.count++;
    if (program !== "") known.programs.add(program);
    for (const loss of losses) known.losses.add(loss);
  }
  return [...byFormat].map(([format, { count, programs, losses }]) => {
    const title = format in FOREIGN_FORMATS ? FOREIGN_FORMATS[format as ForeignFormat] : format;
    const from =
      count === 1
        ? `Read from ${title}`
        : `${formatCounted(count, "recording")} read from ${title}`;
    const by = programs.size === 0 ? "" : ` (${[...programs].slice(0, 3).join(", ")})`;
    const parts = [`${from}${by}.`, ...losses];
    return parts.map((part) => visibleExcerpt(part, LONGEST_LOSS)).join(" ");
  });
}
