// SPDX-License-Identifier: MIT

import type { RecordingSummary, SelectionSummary, Summary } from "@pyspy/analyze";
import { EndReason } from "@pyspy/schemas";
import type { Fact } from "../document/document.ts";
import { formatBytes } from "../text/format-bytes.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatCounted, formatPercent } from "../text/format-number.ts";
import { formatUtc } from "../text/format-time.ts";
import { visibleExcerpt } from "../text/visible-text.ts";

const MOST_RECORDINGS = 2;
const LONGEST_NOTE = 500;

/** Who recorded when, and what it cost. */
export function recordingFacts(summary: Summary): Fact[] {
  const { recordings } = summary;
  const facts: Fact[] = recordings.slice(0, MOST_RECORDINGS).map(recorded);
  const others = recordings.length - MOST_RECORDINGS;
  if (others > 0) facts.push(`and ${formatCounted(others, "more recording")}`);
  const cost = costParts(summary);
  return cost.length > 0 ? [...facts, cost] : facts;
}

/** When and how long a recording ran, how it ended, on what system. */
function recorded(recording: RecordingSummary): string[] {
  const { startRealtimeNanos, durationNanos, system, hostName, agentVersion } = recording;
  const start = startRealtimeNanos === undefined ? "" : ` ${formatUtc(startRealtimeNanos)}`;
  const parts = [`Recorded${start} for ${formatDuration(durationNanos)}, ${endText(recording)}`];
  if (system !== "") parts.push(visibleExcerpt(system, 80));
  const labels = Object.entries(recording.labels).map(([key, value]) => `${key}=${value}`);
  if (labels.length > 0) parts.push(visibleExcerpt(labels.join(" "), 120));
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
function costParts({ quality, recordings }: SelectionSummary): string[] {
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
