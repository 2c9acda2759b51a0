// SPDX-License-Identifier: MIT

import type { FlameNodes } from "./flame-nodes.ts";
import type { Box } from "./layout.ts";

/** A step from one box: towards the leaves, towards the root, or along its row. */
export type Step = "child" | "parent" | "before" | "after";

/** The box that a key leads to from `node`, out of those drawn; `undefined`: there is none. */
export function neighbourBox(
  nodes: FlameNodes,
  boxes: readonly Box[],
  node: number,
  step: Step,
): Box | undefined {
  const from = boxes.find((box) => box.node === node);
  if (from === undefined) return boxes.find((box) => box.role === "frame");
  switch (step) {
    case "parent":
      return boxes.find((box) => box.node === nodes.parent[node]);
    case "child":
      // The widest: where most of the weight goes is where people want to follow.
      return boxes
        .filter((box) => nodes.parent[box.node] === node)
        .reduce<Box | undefined>(
          (best, box) => (best && best.width >= box.width ? best : box),
          undefined,
        );
    case "before":
      return boxes
        .filter((box) => box.row === from.row && box.left < from.left)
        .reduce<Box | undefined>(
          (best, box) => (best && best.left >= box.left ? best : box),
          undefined,
        );
    case "after":
      return boxes
        .filter((box) => box.row === from.row && box.left > from.left)
        .reduce<Box | undefined>(
          (best, box) => (best && best.left <= box.left ? best : box),
          undefined,
        );
  }
}
