// SPDX-License-Identifier: MIT

import {
  filterRuns,
  type Profile,
  processRoles,
  type Selection,
  splitTime,
  type TimeRange,
} from "@pyspy/analyze";
import type { PushLabels } from "./push-kind.ts";

/** A stretch of one recording that is pushed by itself. */
export interface PushPart extends TimeRange {
  readonly selection: Selection;
  readonly labels: PushLabels;
}

/**
 * What of a selection is pushed in which portions: recordings by themselves, as they have labels of their own,
 * each in windows of time.
 *
 * @param given labels of the command line, which outweigh those of the recording.
 */
export function* planPush(
  selection: Selection,
  windowNanos: number,
  given: PushLabels,
): Generator<PushPart> {
  const { recordings, firstRuns } = selection.profile;
  for (const index of recordings.keys()) {
    const [first, end] = [firstRuns[index]!, firstRuns[index + 1]!];
    const step = { name: "recording", removes: "other recordings" };
    const own =
      recordings.length === 1
        ? selection
        : filterRuns(selection, step, (run) => run >= first && run < end);
    if (own.runs.length === 0) continue;
    const labels = labelsOf(selection.profile, index, given);
    for (const window of splitTime(own, windowNanos)) yield { ...window, labels };
  }
}

/** Labels that the recording was given, its host, and as its service what it recorded if nothing else says so. */
function labelsOf(profile: Profile, recording: number, given: PushLabels): Map<string, string> {
  const { header } = profile.recordings[recording]!;
  const labels = new Map<string, string>();
  const process = profile.processes.findIndex((each) => each.recording === recording);
  const recorded = new Map(header.label.map(({ key, value }) => [key, value]));
  const service = recorded.get("service") ?? processRoles(profile)[Math.max(process, 0)];
  if (service !== undefined) labels.set("service_name", service);
  const host = header.host?.name ?? "";
  if (host !== "") labels.set("host", host);
  for (const [key, value] of [...recorded, ...given]) labels.set(key, value);
  return labels;
}
