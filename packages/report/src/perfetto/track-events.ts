// SPDX-License-Identifier: MIT

import { perfetto as schema } from "@pyspy/schemas";
import { fieldNumbers } from "../protobuf/field-numbers.ts";
import type { TraceWriter } from "./trace-writer.ts";

const PACKET = fieldNumbers(schema.TracePacketSchema);
const INTERNED = fieldNumbers(schema.InternedDataSchema);
const NAME = fieldNumbers(schema.EventNameSchema);
const EVENT = fieldNumbers(schema.TrackEventSchema);
const { SLICE_BEGIN, SLICE_END, COUNTER } = schema.TrackEvent_Type;

/** Writes slices and counters on tracks; times are whole ns. */
export class TrackEvents {
  readonly #writer: TraceWriter;
  readonly #names = new Map<string, number>();

  constructor(writer: TraceWriter) {
    this.#writer = writer;
  }

  begin(nanos: number, track: number, name: string): void {
    const writer = this.#writer;
    writer.packet(nanos, () => {
      const known = this.#names.get(name);
      const id = known ?? this.#names.size + 1;
      if (known === undefined) {
        this.#names.set(name, id);
        writer.message(PACKET.internedData, () => {
          writer.message(INTERNED.eventNames, () => {
            writer.uint(NAME.iid, id);
            writer.string(NAME.name, name);
          });
        });
      }
      this.#event(track, SLICE_BEGIN, () => writer.uint(EVENT.nameIid, id));
    });
  }

  end(nanos: number, track: number): void {
    this.#writer.packet(nanos, () => this.#event(track, SLICE_END));
  }

  count(nanos: number, track: number, value: number): void {
    this.#writer.packet(nanos, () => {
      this.#event(track, COUNTER, () => this.#writer.uint(EVENT.counterValue, value));
    });
  }

  #event(track: number, type: number, more: () => void = () => {}): void {
    this.#writer.message(PACKET.trackEvent, () => {
      this.#writer.uint(EVENT.type, type);
      this.#writer.uint(EVENT.trackUuid, track);
      more();
    });
  }
}
