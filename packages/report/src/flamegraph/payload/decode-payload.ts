// SPDX-License-Identifier: MIT

import type { FlameLabel } from "../flame-labels.ts";
import { type FlameNodes, placeBoxes } from "../flame-nodes.ts";
import { unpackChanges } from "../node-change.ts";
import type { NodeMeasure } from "../node-measure.ts";
import { ByteReader } from "./byte-reader.ts";
import { type FlameMeta, type FlamePayload, LABEL_KINDS } from "./flame-payload.ts";

/** Reads `encodePayload`'s bytes. `decodeText` reads UTF-8: in the page, TextDecoder's. */
export function decodePayload(
  bytes: Uint8Array,
  decodeText: (bytes: Uint8Array) => string,
): FlamePayload {
  const input = new ByteReader(bytes);
  const meta = JSON.parse(decodeText(input.section())) as FlameMeta;
  const [paintsAt, ...lines] = decodeText(input.section()).split("\n");
  const labels = decodeLabels(new ByteReader(input.section()), lines);
  const nodes = decodeNodes(new ByteReader(input.section()), meta.quantum);
  const measures = meta.measures.map((name): NodeMeasure => {
    const section = new ByteReader(input.section());
    const self = Float64Array.from(nodes.self, () => section.varint() * meta.quantum);
    return { name, self, total: totals(nodes, self) };
  });
  const changes = meta.changes === undefined ? undefined : unpackChanges(meta.changes);
  return { meta, labels, paintNames: lines.slice(Number(paintsAt)), nodes, measures, changes };
}

function decodeLabels(input: ByteReader, lines: readonly string[]): FlameLabel[] {
  const labels: FlameLabel[] = [];
  while (!input.done) {
    const name = lines[input.varint()] ?? "";
    const file = lines[input.varint()] ?? "";
    const shortStart = input.varint();
    const line = input.varint();
    const paintAndKind = input.varint();
    const kind = LABEL_KINDS[paintAndKind % 8] ?? "python";
    labels.push({ kind, name, file, shortStart, line, paint: Math.floor(paintAndKind / 8) });
  }
  return labels;
}

function decodeNodes(input: ByteReader, quantum: number): FlameNodes {
  const depths: number[] = [];
  const labels: number[] = [];
  const selfs: number[] = [];
  while (!input.done) {
    depths.push((depths.at(-1) ?? -1) + 1 - input.varint());
    labels.push(input.varint());
    selfs.push(input.varint() * quantum);
  }
  const length = depths.length;
  const depth = Int32Array.from(depths);
  const self = Float64Array.from(selfs);
  const parent = new Int32Array(length);
  const subtreeEnd = new Int32Array(length);
  const path: number[] = [];
  for (let node = 0; node < length; node++) {
    parent[node] = path[depth[node]! - 1] ?? -1;
    path[depth[node]!] = node;
  }
  // Children stand behind their parents, so one pass from the end does.
  for (let node = length - 1; node >= 0; node--) {
    if (subtreeEnd[node] === 0) subtreeEnd[node] = node + 1;
    const above = parent[node]!;
    if (above >= 0) subtreeEnd[above] = Math.max(subtreeEnd[above]!, subtreeEnd[node]!);
  }
  const columns = {
    length,
    parent,
    depth,
    subtreeEnd,
    label: Int32Array.from(labels),
    self,
    total: totals({ length, parent }, self),
  };
  return { ...columns, start: placeBoxes(columns) };
}

/** Own weights added up over the subtrees: parents stand before their children. */
function totals({ length, parent }: Pick<FlameNodes, "length" | "parent">, self: Float64Array) {
  const total = self.slice();
  for (let node = length - 1; node > 0; node--) {
    const above = parent[node]!;
    total[above] = total[above]! + total[node]!;
  }
  return total;
}
