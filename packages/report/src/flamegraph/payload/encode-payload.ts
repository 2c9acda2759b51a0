// SPDX-License-Identifier: MIT

import { strToU8 } from "fflate";
import { StringList } from "../../text/string-list.ts";
import { ByteWriter } from "./byte-writer.ts";
import { type FlamePayload, LABEL_KINDS } from "./flame-payload.ts";

/** The payload's bytes, not yet compressed. */
export function encodePayload(payload: FlamePayload): Uint8Array {
  const texts = new StringList();
  const labels = new ByteWriter();
  for (const label of payload.labels) {
    labels.varint(texts.index(label.name));
    labels.varint(texts.index(label.file));
    labels.varint(label.shortStart);
    labels.varint(label.line);
    labels.varint(label.paint * 8 + LABEL_KINDS.indexOf(label.kind));
  }
  const out = new ByteWriter();
  out.section(strToU8(JSON.stringify(payload.meta)));
  const paintsAt = texts.list.length;
  out.section(strToU8([paintsAt, ...texts.list, ...payload.paintNames].join("\n")));
  out.section(labels.bytes());
  out.section(encodeNodes(payload));
  for (const { self } of payload.measures) out.section(encodeWeights(self, payload.meta.quantum));
  return out.bytes();
}

function encodeNodes({ nodes, meta }: FlamePayload): Uint8Array {
  const out = new ByteWriter();
  const steps = new Steps(meta.quantum);
  let depthBefore = -1;
  for (let node = 0; node < nodes.length; node++) {
    const depth = nodes.depth[node]!;
    out.varint(depthBefore + 1 - depth);
    depthBefore = depth;
    out.varint(nodes.label[node]!);
    out.varint(steps.next(nodes.self[node]!));
  }
  return out.bytes();
}

function encodeWeights(weights: Float64Array, quantum: number): Uint8Array {
  const out = new ByteWriter();
  const steps = new Steps(quantum);
  for (const weight of weights) out.varint(steps.next(weight));
  return out.bytes();
}

/**
 * Weights in whole steps. The running sum is rounded, not each weight: totals stay right to one
 * step, however many small weights they add up.
 */
class Steps {
  readonly #quantum: number;
  #sum = 0;
  #before = 0;

  constructor(quantum: number) {
    this.#quantum = quantum;
  }

  next(weight: number): number {
    this.#sum += weight;
    const steps = Math.round(this.#sum / this.#quantum);
    const step = steps - this.#before;
    this.#before = steps;
    return step;
  }
}
