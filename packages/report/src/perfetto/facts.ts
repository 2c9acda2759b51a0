// SPDX-License-Identifier: MIT

import { perfetto as schema } from "@pyspy/schemas";
import { reportHeading } from "../heading/report-heading.ts";
import { fieldNumbers } from "../protobuf/field-numbers.ts";
import type { ReportInput } from "../report-format.ts";
import type { TraceWriter } from "./trace-writer.ts";

const PACKET = fieldNumbers(schema.TracePacketSchema);
const SNAPSHOT = fieldNumbers(schema.ClockSnapshotSchema);
const CLOCK = fieldNumbers(schema.ClockSnapshot_ClockSchema);
const ATTRIBUTES = fieldNumbers(schema.TraceAttributesSchema);
const ATTRIBUTE = fieldNumbers(schema.TraceAttributes_AttributeSchema);

const { REALTIME, MONOTONIC, BOOTTIME } = schema.BuiltinClock;

/**
 * The clocks of the recorded machine at the start of the first recording, so that the trace falls
 * into place beside one of the system, whose times are of another clock.
 */
export function writeClocks(writer: TraceWriter, { selection }: ReportInput): void {
  const clock = selection.profile.recordings[0]?.header.clock;
  if (clock === undefined) return;
  const { realtimeNanos, monotonicNanos, boottimeNanos } = clock;
  writer.packet(undefined, () => {
    writer.message(PACKET.clockSnapshot, () => {
      for (const [id, nanos] of [
        [REALTIME, realtimeNanos],
        [MONOTONIC, monotonicNanos],
        [BOOTTIME, boottimeNanos],
      ] as const) {
        if (nanos === 0n) continue;
        writer.message(SNAPSHOT.clocks, () => {
          writer.uint(CLOCK.clockId, id);
          writer.bigUint(CLOCK.timestamp, nanos);
        });
      }
      writer.uint(SNAPSHOT.primaryTraceClock, REALTIME);
    });
  });
}

/** What the trace is and where it comes from, in its metadata. */
export function writeAttributes(writer: TraceWriter, input: ReportInput): void {
  const { title, quality, notes } = reportHeading(input);
  const { command, version } = input.provenance;
  const attributes = {
    "pyspy.title": title,
    "pyspy.quality": quality.join(", "),
    "pyspy.notes": notes.join("\n"),
    "pyspy.command": command,
    "pyspy.version": version,
  };
  writer.packet(undefined, () => {
    writer.message(PACKET.traceAttributes, () => {
      for (const [key, value] of Object.entries(attributes)) {
        writer.message(ATTRIBUTES.attribute, () => {
          writer.string(ATTRIBUTE.key, key);
          writer.string(ATTRIBUTE.stringValue, value);
        });
      }
    });
  });
}
