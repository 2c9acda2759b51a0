// SPDX-License-Identifier: MIT

/**
 * Stacks of a selection added up: the tree that flame graphs, collapsed stacks and tables are made
 * from. Columns in preorder: a node's subtree is the contiguous range [node, subtreeEnd[node]).
 * Node 0 is the root, which stands for everything selected. Siblings are sorted by label, so that
 * two trees of one program look alike.
 */
export interface CallTree {
  readonly length: number;
  /** What was added up. */
  readonly unit: WeightUnit;
  /** -1 for the root. */
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  /** Index after the last node of the subtree. */
  readonly subtreeEnd: Int32Array;
  /** Index in `labels`. */
  readonly label: Int32Array;
  readonly labels: readonly FrameLabel[];
  /** Weight of the observations that end in this node. */
  readonly self: Float64Array;
  /** `self` of the whole subtree. */
  readonly total: Float64Array;
}

/** "samples" counts observations; the others are nanoseconds. */
export type WeightUnit = "samples" | "wall-nanos" | "cpu-nanos";

/** What a node shows. Two frames with equal labels at one place are one node. */
export interface FrameLabel {
  readonly kind: "root" | "process" | "thread" | "python" | "native";
  /** Function name, or "thread 123 (MainThread)", "process 12: python app.py". */
  readonly name: string;
  /** As recorded; "" for what is not code. */
  readonly file: string;
  /** 1-based; 0: none, or aggregated by function. */
  readonly line: number;
}
