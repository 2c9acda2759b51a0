// SPDX-License-Identifier: MIT

import type { Answer } from "../document/answer.ts";
import { frameAnswer, type QuestionInput } from "../document/answer-frame.ts";
import { tableOf } from "../document/document.ts";
import { formatBytes } from "../text/format-bytes.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatCounted } from "../text/format-number.ts";
import { formatUtc } from "../text/format-time.ts";
import { visibleExcerpt } from "../text/visible-text.ts";

/** A profile that was sent, or would be. */
export interface PushedProfile {
  /** ns since 1970-01-01 UTC. */
  readonly startRealtimeNanos: bigint;
  readonly samples: number;
  readonly wallNanos: number;
  /** Of the body of the request. */
  readonly bytes: number;
  readonly labels: ReadonlyMap<string, string>;
}

export interface PushSummary {
  readonly url: string;
  readonly kind: string;
  /** Nothing was sent. */
  readonly dryRun: boolean;
  readonly profiles: readonly PushedProfile[];
}

const MOST_ROWS = 12;
const LONGEST_LABELS = 300;

/** What was pushed, or would be. */
export function pushAnswer(input: QuestionInput, push: PushSummary): Answer {
  const { url, kind, dryRun, profiles } = push;
  const bytes = profiles.reduce((sum, profile) => sum + profile.bytes, 0);
  const table = tableOf(
    [
      { heading: "from", align: "left" },
      { heading: "samples", align: "right" },
      { heading: "time", align: "right" },
      { heading: "bytes", align: "right" },
      { heading: "labels", align: "left" },
    ],
    profiles,
    ({ startRealtimeNanos, samples, wallNanos, bytes: size, labels }) => [
      formatUtc(startRealtimeNanos),
      String(samples),
      formatDuration(wallNanos),
      String(size),
      visibleExcerpt([...labels].map((pair) => pair.join("=")).join(" "), LONGEST_LABELS),
    ],
    MOST_ROWS,
  );
  const what = `${formatCounted(profiles.length, "profile")}, ${formatBytes(bytes)}`;
  const section = {
    title: dryRun ? "Would be pushed" : "Pushed",
    lines: [`${what}, to ${visibleExcerpt(url, LONGEST_LABELS)} (${kind})`],
    table: profiles.length === 0 ? undefined : { ...table, uncut: true },
  };
  const json = {
    url,
    kind,
    dryRun,
    bytes,
    profiles: profiles.map(({ startRealtimeNanos, labels, wallNanos, ...numbers }) => ({
      start: new Date(Number(startRealtimeNanos / 1_000_000n)).toISOString(),
      ...numbers,
      wallNanos: Math.round(wallNanos),
      labels: Object.fromEntries(labels),
    })),
  };
  return frameAnswer(input, { question: "push", sections: [section], json });
}
