// SPDX-License-Identifier: MIT
import { labelsOf } from "../model/labels.ts";
import type { Profile, Recording } from "../model/profile.ts";
import type { RecordingSummary } from "./summary.ts";

const NANOS_PER_SECOND = 1e9;

export function summarizeRecordings(profile: Profile): RecordingSummary[] {
  return profile.recordings.map((recording) => {
    const { header, endReason, endMessage, notes } = recording;
    const durationNanos = recording.endNanos - recording.startNanos;
    return {
      startRealtimeNanos: header.clock?.realtimeNanos,
      durationNanos,
      agentVersion: header.agentVersion,
      hostName: header.host?.name ?? "",
      system: [header.host?.os, header.host?.kernelRelease, header.host?.architecture]
        .filter((part) => part)
        .join(" "),
      rateAskedHertz: header.options?.rateHertz ?? 0,
      rateAchievedHertz: rateAchieved(recording, durationNanos),
      endReason,
      endMessage,
      notes,
      labels: labelsOf(header),
      imported: header.imported && {
        format: header.imported.format,
        program: header.imported.program,
        losses: header.imported.loss,
      },
    };
  });
}

function rateAchieved({ counters }: Recording, durationNanos: number): number | undefined {
  if (counters === undefined || durationNanos <= 0) return undefined;
  return Number(counters.ticksTaken) / (durationNanos / NANOS_PER_SECOND);
}
