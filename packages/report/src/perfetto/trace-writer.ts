// SPDX-License-Identifier: MIT

import { perfetto as schema } from "@pyspy/schemas";
import { fieldNumbers } from "../protobuf/field-numbers.ts";
import { ProtoWriter } from "../protobuf/proto-writer.ts";

const TRACE = fieldNumbers(schema.TraceSchema);
const PACKET = fieldNumbers(schema.TracePacketSchema);

/** All packets are of one sequence, so that what one interns all can use. */
const SEQUENCE_ID = 1;
/** Bytes that are handed out at once. */
const PIECE_BYTES = 1 << 16;

/** Writes the packets of one trace. */
export class TraceWriter extends ProtoWriter {
  readonly #originRealtimeNanos: bigint;
  #first = true;

  /** @param originRealtimeNanos what packets' times count from: ns since 1970-01-01 UTC. */
  constructor(originRealtimeNanos: bigint) {
    super();
    this.#originRealtimeNanos = originRealtimeNanos;
  }

  /** A packet, whose data `write` writes. `nanos`: whole; without, a packet that has no time. */
  packet(nanos: number | undefined, write: () => void): void {
    this.message(TRACE.packet, () => {
      if (nanos !== undefined) this.sum(PACKET.timestamp, this.#originRealtimeNanos, nanos);
      this.uint(PACKET.trustedPacketSequenceId, SEQUENCE_ID);
      const flag = this.#first
        ? schema.SequenceFlag.SEQ_INCREMENTAL_STATE_CLEARED
        : schema.SequenceFlag.SEQ_NEEDS_INCREMENTAL_STATE;
      this.uint(PACKET.sequenceFlags, flag);
      this.#first = false;
      write();
    });
  }

  /** What is worth handing out. */
  *pieces(): Generator<Uint8Array> {
    if (this.length >= PIECE_BYTES) yield this.take();
  }
}
