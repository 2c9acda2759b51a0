// SPDX-License-Identifier: MIT

import type { Recording, RecordingSummary } from "@pyspy/analyze";
import { visibleText } from "../text/visible-text.ts";
import { CAPTURE_ID, type CaptureColumn, type CaptureTable } from "./capture-table.ts";

/** One row a capture. */
export const captures: CaptureTable = {
  name: "captures",
  about: "an input: a file, or what stands for one",
  count: () => 1,
  columns: [
    CAPTURE_ID,
    {
      name: "capture",
      type: "VARCHAR",
      about: "its name",
      cell: ({ name }) => visibleText(name),
    },
    {
      name: "start_us",
      type: "BIGINT",
      about: "its start, microseconds since 1970-01-01 UTC",
      cell: ({ origin }) => origin.micros,
    },
    {
      name: "damaged",
      type: "INTEGER",
      about: "places of the file that could not be used",
      cell: ({ selection }) => selection.recorded.damage.length,
    },
  ],
};

function ofRecording(
  name: string,
  type: CaptureColumn["type"],
  about: string,
  cell: (recording: RecordingSummary) => ReturnType<CaptureColumn["cell"]>,
): CaptureColumn {
  return { name, type, about, cell: ({ recordings }, row) => cell(recordings[row]!) };
}

function counter(
  name: string,
  about: string,
  of: (counters: NonNullable<Recording["counters"]>) => bigint | undefined,
): CaptureColumn {
  return {
    name,
    type: "BIGINT",
    about: `${about}; NULL: not known`,
    cell: ({ selection }, row) => {
      const { counters } = selection.recorded.recordings[row]!;
      return counters === undefined ? null : Number(of(counters) ?? 0n);
    },
  };
}

export const recordings: CaptureTable = {
  name: "recordings",
  about: "a run of the agent; a capture holds one, or after a merge several",
  count: (rows) => rows.recordings.length,
  columns: [
    CAPTURE_ID,
    {
      name: "recording_id",
      type: "INTEGER",
      about: "its number in the capture",
      cell: (_, row) => row,
    },
    {
      name: "offset_ns",
      type: "BIGINT",
      about: "its first look: nanoseconds from the capture's start",
      cell: ({ selection }, row) => Math.round(selection.recorded.recordings[row]!.startNanos),
    },
    ofRecording("host", "VARCHAR", "name of the machine; NULL: not recorded", ({ hostName }) =>
      hostName === "" ? null : visibleText(hostName),
    ),
    ofRecording("system", "VARCHAR", "kernel and architecture", ({ system }) =>
      visibleText(system),
    ),
    ofRecording("agent_version", "VARCHAR", "of pyspy-capture", ({ agentVersion }) =>
      visibleText(agentVersion),
    ),
    ofRecording("duration_ns", "BIGINT", "how long it was, nanoseconds", ({ durationNanos }) =>
      Math.round(durationNanos),
    ),
    ofRecording("rate_hz", "DOUBLE", "looks asked for in a second", (r) => r.rateAskedHertz),
    ofRecording("whole", "BOOLEAN", "it has an end", ({ endReason }) => endReason !== undefined),
    counter("ticks_taken", "looks taken", (c) => c.ticksTaken),
    counter("ticks_missed", "looks for which it was too late", (c) => c.ticksMissed),
    counter("samples_failed", "threads that could not be read", (c) => c.samplesFailed),
    {
      name: "labels",
      type: "VARCHAR",
      about: "what it was labelled with, as a JSON object",
      cell: ({ selection }, row) => {
        const { label } = selection.recorded.recordings[row]!.header;
        return JSON.stringify(Object.fromEntries(label.map(({ key, value }) => [key, value])));
      },
    },
  ],
};
