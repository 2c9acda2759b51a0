// SPDX-License-Identifier: MIT

import type { CallTree } from "@pyspy/analyze";

/**
 * Of the weight of each node, the part that was idle, or that held the GIL; of a comparison, what it
 * weighs on each side.
 */
export interface NodeMeasure {
  readonly name: MeasureName;
  readonly self: Float64Array;
  readonly total: Float64Array;
}

export type MeasureName = "idle" | "gil" | "before" | "after";

/**
 * The measure, if it tells the nodes apart, else none: a part that is nothing, or everything, is a
 * fact for a line of text and not for colours.
 */
export function usefulMeasure(
  name: MeasureName,
  tree: CallTree,
  part: Pick<CallTree, "self" | "total">,
): NodeMeasure[] {
  const share = part.total[0]! / tree.total[0]!;
  return share > 0 && share < 1 ? [{ name, self: part.self, total: part.total }] : [];
}
