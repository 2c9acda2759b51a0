// SPDX-License-Identifier: MIT

import type { CallTree, FrameLabel, WeightUnit } from "@pyspy/analyze";

/**
 * A call tree written as collapsed stacks, one a line: `main;work;hot 3`. A frame is
 * `name`, `name@file` or `name@file:line`; `[thread]` and `{process}` make those kinds of frames.
 * Siblings are sorted by label, as the analyzer sorts them.
 */
export function parseTree(text: string, unit: WeightUnit = "samples"): CallTree {
  const root = new Branch({ kind: "root", name: "all", file: "", line: 0 });
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (line === "") continue;
    const [, stack = "", weight = ""] = /^(.*) (\d+)$/.exec(line) ?? [];
    let branch = root;
    for (const frame of stack.split(";")) branch = branch.child(frame);
    branch.self += Number(weight);
  }
  return flatten(root, unit);
}

class Branch {
  readonly children = new Map<string, Branch>();
  readonly label: FrameLabel;
  self = 0;

  constructor(label: FrameLabel) {
    this.label = label;
  }

  child(text: string): Branch {
    let child = this.children.get(text);
    if (child === undefined) {
      child = new Branch(parseLabel(text));
      this.children.set(text, child);
    }
    return child;
  }
}

function parseLabel(text: string): FrameLabel {
  if (/^\[.*\]$/.test(text)) return { kind: "thread", name: text.slice(1, -1), file: "", line: 0 };
  if (/^\{.*\}$/.test(text)) return { kind: "process", name: text.slice(1, -1), file: "", line: 0 };
  const [, name = text, file = "", line = "0"] = /^(.+?)@(.*?)(?::(\d+))?$/.exec(text) ?? [];
  return { kind: "python", name, file, line: Number(line) };
}

/** Columns in preorder. */
function flatten(root: Branch, unit: WeightUnit): CallTree {
  const parent: number[] = [];
  const depth: number[] = [];
  const subtreeEnd: number[] = [];
  const label: number[] = [];
  const self: number[] = [];
  const total: number[] = [];
  const labels: FrameLabel[] = [];
  const labelIndex = new Map<string, number>();

  const add = (branch: Branch, above: number): number => {
    const node = parent.push(above) - 1;
    depth.push(above < 0 ? 0 : depth[above]! + 1);
    const key = JSON.stringify(branch.label);
    if (!labelIndex.has(key)) labelIndex.set(key, labels.push(branch.label) - 1);
    label.push(labelIndex.get(key)!);
    self.push(branch.self);
    total.push(0);
    subtreeEnd.push(0);
    let sum = branch.self;
    const children = [...branch.children].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [, child] of children) sum += add(child, node);
    total[node] = sum;
    subtreeEnd[node] = parent.length;
    return sum;
  };
  add(root, -1);
  return {
    length: parent.length,
    unit,
    parent: Int32Array.from(parent),
    depth: Int32Array.from(depth),
    subtreeEnd: Int32Array.from(subtreeEnd),
    label: Int32Array.from(label),
    labels,
    self: Float64Array.from(self),
    total: Float64Array.from(total),
  };
}
