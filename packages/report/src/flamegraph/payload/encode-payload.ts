// SPDX-License-Identifier: MIT

import { strToU8 } from "fflate";
import { ByteWriter } from "./byte-writer.ts";
import { type FlamePayload, LABEL_KINDS } from "./flame-payload.ts";

/** The payload's bytes, not yet compressed. */
export function encodePayload(payload: FlamePayload): Uint8Array {
  const texts = new TextTable();
  const labels = new ByteWriter();
  for (const label of payload.labels) {
    labels.varint(texts.add(label.name));
    labels.varint(texts.add(label.file));
    labels.varint(label.shortStart);
    labels.varint(label.line);
    labels.varint(label.paint * 8 + LABEL_KINDS.indexOf(label.kind));
  }
  const out = new ByteWriter();
  out.section(strToU8(JSON.stringify(payload.meta)));
  const paintsAt = texts.lines.length;
  out.section(strToU8([paintsAt, ...texts.lines, ...payload.paintNames].join("\n")));
  out.section(labels.bytes());
  out.section(encodeNodes(payload));
  return out.bytes();
}

function encodeNodes({ nodes, meta }: FlamePayload): Uint8Array {
  const out = new ByteWriter();
  let depthBefore = -1;
  let sum = 0;
  let stepsBefore = 0;
  for (let node = 0; node < nodes.length; node++) {
    const depth = nodes.depth[node]!;
    out.varint(depthBefore + 1 - depth);
    depthBefore = depth;
    out.varint(nodes.label[node]!);
    // The running sum is rounded, not each weight: totals stay right to one step, however many
    // small weights they add up.
    sum += nodes.self[node]!;
    const steps = Math.round(sum / meta.quantum);
    out.varint(steps - stepsBefore);
    stepsBefore = steps;
  }
  return out.bytes();
}

class TextTable {
  readonly lines: string[] = [];
  readonly #index = new Map<string, number>();

  add(text: string): number {
    let index = this.#index.get(text);
    if (index === undefined) {
      index = this.lines.push(text) - 1;
      this.#index.set(text, index);
    }
    return index;
  }
}
