// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";

/** A call that lasted over some columns. */
export interface ChartBox {
  /** 0 is the outermost frame. */
  readonly row: number;
  readonly firstColumn: number;
  /** After the last. */
  readonly endColumn: number;
  /** Index in `labels` of the frames. */
  readonly label: number;
}

/** Calls of one thread: neighbouring columns with the same frame on the same callers are one box. */
export function chartBoxes(
  { stacks }: Profile,
  stackOfColumn: Int32Array,
  labelOfFrame: Int32Array,
  mostRows: number,
): { readonly boxes: ChartBox[]; readonly rows: number; readonly deepest: number } {
  const boxes: ChartBox[] = [];
  const open: { label: number; firstColumn: number }[] = [];
  let rows = 0;
  let deepest = 0;
  const close = (depth: number, column: number): void => {
    while (open.length > depth) {
      const { label, firstColumn } = open.pop()!;
      boxes.push({ row: open.length, firstColumn, endColumn: column, label });
    }
  };
  for (let column = 0; column <= stackOfColumn.length; column++) {
    const path: number[] = [];
    for (let at = stackOfColumn[column] ?? -1; at >= 0; at = stacks.parent[at]!) {
      path.push(labelOfFrame[stacks.frame[at]!]!);
    }
    path.reverse();
    deepest = Math.max(deepest, path.length);
    const shown = path.slice(0, mostRows);
    rows = Math.max(rows, shown.length);
    let same = 0;
    while (same < open.length && same < shown.length && open[same]!.label === shown[same]) same++;
    close(same, column);
    for (const label of shown.slice(same)) open.push({ label, firstColumn: column });
  }
  return { boxes, rows, deepest };
}
