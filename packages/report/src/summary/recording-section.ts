// SPDX-License-Identifier: MIT

import type { RecordingSummary } from "@pyspy/analyze";
import { EndReason } from "@pyspy/schemas";
import { filterNotes } from "../heading/notes.ts";
import { qualityParts } from "../heading/quality-parts.ts";
import { formatBytes } from "../text/format-bytes.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatCounted, formatPercent } from "../text/format-number.ts";
import { formatUtc } from "../text/format-time.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import { wrapParts, wrapWords } from "../text/wrap-text.ts";
import type { SummaryContext } from "./render-summary.ts";

const INDENT = "  ";
const MOST_RECORDINGS = 3;
const MOST_NOTES = 5;
const LONGEST_NOTE = 500;

/** Who recorded when, how well it went, and what filters took away. */
export function recordingSection({ summary, width, style }: SummaryContext): string[] {
  const room = width - INDENT.length;
  const { recordings } = summary;
  const lines = recordings
    .slice(0, MOST_RECORDINGS)
    .flatMap((one) => wrapParts(recorded(one), room));
  const others = recordings.length - MOST_RECORDINGS;
  if (others > 0) lines.push(`and ${formatCounted(others, "more recording")}`);
  lines.push(...wrapParts(qualityParts(summary), room));
  const cost = costParts(summary);
  if (cost.length > 0) lines.push(...wrapParts(cost, room));
  lines.push(...filterNotes(summary).flatMap((note) => wrapWords(note, room)));

  const notes = recordings.flatMap((recording) => recording.notes);
  const warnings = notes.slice(0, MOST_NOTES).map(({ text }) => visibleExcerpt(text, LONGEST_NOTE));
  if (notes.length > MOST_NOTES) {
    warnings.push(`${formatCounted(notes.length - MOST_NOTES, "more note")} from the agent`);
  }
  return [
    ...lines.map((line) => INDENT + line),
    ...warnings.flatMap((text) => wrapWords(text, room)).map((line) => INDENT + style.warn(line)),
  ];
}

function recorded(recording: RecordingSummary): string[] {
  const { startRealtimeNanos, durationNanos, system, hostName, agentVersion } = recording;
  const start = startRealtimeNanos === undefined ? "" : ` ${formatUtc(startRealtimeNanos)}`;
  const parts = [`Recorded${start} for ${formatDuration(durationNanos)}, ${endText(recording)}`];
  if (system !== "") parts.push(visibleExcerpt(system, 80));
  if (hostName !== "") parts.push(visibleExcerpt(hostName, 80));
  if (agentVersion !== "") parts.push(`pyspy-capture ${visibleExcerpt(agentVersion, 40)}`);
  return parts;
}

function endText({ endReason, endMessage }: RecordingSummary): string {
  const text = endMessage === "" ? "" : ` (${visibleExcerpt(endMessage, LONGEST_NOTE)})`;
  return `${reasonText(endReason)}${text}`;
}

function reasonText(reason: EndReason | undefined): string {
  switch (reason) {
    case undefined:
      return "then cut short: its end is missing";
    case EndReason.END_DURATION:
      return "as long as asked";
    case EndReason.END_INTERRUPTED:
      return "until interrupted";
    case EndReason.END_TARGET_EXITED:
      return "until the program ended";
    case EndReason.END_PERMISSION_LOST:
      return "until permission was lost";
    case EndReason.END_OUTPUT_FAILED:
      return "until the output could not be written";
    case EndReason.END_LIMIT:
      return "until a limit was reached";
    default:
      return "until it ended";
  }
}

/** What recording cost the agent and the program. */
function costParts({ quality, recordings }: SummaryContext["summary"]): string[] {
  const { agentCpuNanos, agentRssBytes, stops, stopsTimedOut, pauseNanos, longestPauseNanos } =
    quality;
  const recordedNanos = recordings.reduce((sum, { durationNanos }) => sum + durationNanos, 0);
  const parts: string[] = [];
  if (agentCpuNanos > 0) {
    const share = formatPercent(agentCpuNanos, recordedNanos);
    parts.push(`agent: ${formatDuration(agentCpuNanos)} CPU (${share} of one core)`);
  }
  if (agentRssBytes > 0) parts.push(`${formatBytes(agentRssBytes)} memory`);
  if (stops > 0) {
    parts.push(
      `${formatCounted(stops, "stop")} of a thread, ${formatDuration(pauseNanos)} in all, ` +
        `${formatDuration(longestPauseNanos)} at most`,
    );
  }
  if (stopsTimedOut > 0) parts.push(`${formatCounted(stopsTimedOut, "stop")} came too late`);
  return parts;
}
