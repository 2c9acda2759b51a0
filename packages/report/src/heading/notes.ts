// SPDX-License-Identifier: MIT

import { hexadecimal, type Profile, type Recording, type SelectionSummary } from "@pyspy/analyze";
import type { Provenance } from "../report-format.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatCount, formatCounted, formatPercent } from "../text/format-number.ts";
import { formatUtc } from "../text/format-time.ts";

/** A merge of hundreds is named by its first few. */
const MOST_RECORDINGS = 4;

/** One line a filter: what it removed, and how much that was; then what changed of the stacks. */
export function filterNotes({ steps, edits, selected, quality }: SelectionSummary): string[] {
  const removed = steps.map(({ removes, dropped }) => {
    if (dropped.samples === 0) return `Left out: ${removes}: none.`;
    const share = formatPercent(dropped.samples, quality.samples);
    const time = formatDuration(dropped.wallNanos);
    return `Left out: ${removes}: ${formatCounted(dropped.samples, "sample")} (${share}), ${time}.`;
  });
  const changed = edits.map(({ does, changed: { samples } }) => {
    if (samples === 0) return `Stacks: ${does}: in none.`;
    const share = formatPercent(samples, selected.samples);
    return `Stacks: ${does}: in ${formatCounted(samples, "sample")} (${share}).`;
  });
  return [...removed, ...changed];
}

/** What it takes to make the report again: command, version, and which capture it was. */
export function provenanceNotes(profile: Profile, { command, version }: Provenance): string[] {
  const { recordings } = profile;
  const notes = [`Made by pyspy-analyze ${version}: ${command}`];
  notes.push(...recordings.slice(0, MOST_RECORDINGS).map(recordingNote));
  const others = recordings.length - MOST_RECORDINGS;
  if (others > 0) notes.push(`… and ${formatCount(others)} more recordings`);
  return notes;
}

function recordingNote({ header, startNanos, endNanos }: Recording): string {
  const id = hexadecimal(header.captureId);
  const parts = [id === "" ? "Capture" : `Capture ${id}`];
  if (header.clock !== undefined) parts.push(`recorded ${formatUtc(header.clock.realtimeNanos)}`);
  parts.push(`for ${formatDuration(endNanos - startNanos)}`);
  if (header.agentVersion !== "") parts.push(`by pyspy-capture ${header.agentVersion}`);
  return parts.join(" ");
}
