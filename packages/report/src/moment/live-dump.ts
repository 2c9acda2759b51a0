// SPDX-License-Identifier: MIT

import {
  compareMoments,
  type MomentOfThreads,
  type Profile,
  type Selection,
  summarizeSelection,
  type ThreadChange,
  type ThreadStand,
  threadStands,
  threadsAt,
} from "@pyspy/analyze";
import { agentNotes, frameJson } from "../document/answer-frame.ts";
import { codeCells, codeText } from "../document/code-cells.ts";
import { type Document, type Section, textSection } from "../document/document.ts";
import { type Json, jsonId } from "../document/json.ts";
import { filterNotes } from "../heading/notes.ts";
import { recordedTitle } from "../heading/recorded-title.ts";
import type { Provenance } from "../report-format.ts";
import { formatDuration } from "../text/format-duration.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import { momentJson, momentSections, processHeading } from "./moment-sections.ts";

const LONGEST_TITLE = 300;

/** One moment of processes that run. */
export interface LiveMoment {
  readonly document: Document;
  readonly json: { readonly [name: string]: Json };
  /** To compare moments with. */
  readonly stands: readonly ThreadStand[];
}

/** What was seen at the last tick of a selection. */
export function liveMoment(selection: Selection): LiveMoment {
  const { profile } = selection;
  const atNanos = Math.max(
    0,
    ...profile.recordings.flatMap(({ ticks }) => ticks.nanos.at(-1) ?? 0),
  );
  const moment = threadsAt(selection, atNanos);
  const realtimeNanos = profile.originRealtimeNanos + BigInt(Math.round(atNanos));
  const time = new Date(Number(realtimeNanos / 1_000_000n)).toISOString();
  const summary = summarizeSelection(selection);
  return {
    document: {
      title: visibleExcerpt(recordedTitle(profile), LONGEST_TITLE),
      facts: [...processFacts(profile, moment), `At ${time}.`, ...filterNotes(summary)],
      warnings: agentNotes(summary.recordings),
      sections: momentSections(profile, moment, { durations: false }),
    },
    json: { time, ...momentJson(profile, moment) },
    stands: threadStands(profile, moment.threads),
  };
}

/** One process is told of above its threads; several are told of before the threads of each. */
function processFacts(profile: Profile, { threads }: MomentOfThreads): string[] {
  const processes = new Set(threads.map(({ thread }) => profile.threads[thread]!.process));
  return processes.size === 1 ? [...processes].map((each) => processHeading(profile, each)) : [];
}

/** The JSON of one moment, or of several with what changed between them. */
export function liveDumpJson(
  selection: Selection,
  provenance: Provenance,
  moments: readonly LiveMoment[],
): Json {
  const frame = frameJson({ selection, provenance }, "dump", summarizeSelection(selection));
  if (moments.length === 1) return { ...frame, answer: moments[0]!.json };
  const changes = compareMoments(moments.map(({ stands }) => stands));
  const answer = { moments: moments.map(({ json }) => json), changes: changes.map(changeJson) };
  return { ...frame, answer };
}

/** What changed between moments: who is stuck, and who is only slow. */
export function changeSection(moments: readonly LiveMoment[]): Section {
  const changes = compareMoments(moments.map(({ stands }) => stands));
  const title = `Between the ${moments.length} moments`;
  if (changes.length === 0) return textSection(title, "No thread is in two of them.");
  const cell = codeCells(changes.flatMap(({ common }) => common));
  return textSection(
    title,
    ...changes.map((change) => {
      const { last, seen, cpuNanos, common } = change;
      const innermost = common.at(-1);
      const place = innermost && codeText(cell(innermost));
      const name = last.name === "" ? `thread ${last.tid}` : visibleExcerpt(last.name, 60);
      const who = `${name} (${last.tid})`;
      const missing = seen < moments.length ? `, seen in ${seen} of them` : "";
      const cpu = `${formatDuration(cpuNanos)} CPU`;
      return `${who}: ${changeWords(change, place)}; ${cpu}${missing}`;
    }),
  );
}

function changeWords({ verdict }: ThreadChange, place: string | undefined): string {
  switch (verdict) {
    case "waits":
      return `did not move, idle${place === undefined ? "" : ` in ${place}`}`;
    case "stays":
      return `stays${place === undefined ? "" : ` in ${place}`}, not idle`;
    case "below":
      return `moves, always below ${place}`;
    case "elsewhere":
      return "moves, with nothing in common";
  }
}

function changeJson({ last, seen, cpuNanos, verdict, common }: ThreadChange): Json {
  return {
    thread: { pid: last.pid, tid: jsonId(last.tid), name: last.name },
    seen,
    verdict,
    cpuNanos: Math.round(cpuNanos),
    common: common.map(({ name, file, line }) => ({ function: name, file, line })),
  };
}
