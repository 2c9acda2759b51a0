// SPDX-License-Identifier: MIT

import { placeBoxes } from "../flame-nodes.ts";
import type { Widths } from "../view-hash.ts";
import type { FlamePayload } from "./flame-payload.ts";

/** The payload of a comparison with the widths of one side. */
export function withWidths(payload: FlamePayload, widths: Widths): FlamePayload {
  const side = payload.measures.find(({ name }) => name === widths);
  if (side === undefined) return payload;
  const { self, total } = side;
  const { nodes } = payload;
  return { ...payload, nodes: { ...nodes, self, total, start: placeBoxes({ ...nodes, total }) } };
}
