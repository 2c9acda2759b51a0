// SPDX-License-Identifier: MIT

import { frameText } from "../text/frame-text.ts";
import type { FlameLabel } from "./flame-labels.ts";
import type { FlameNodes } from "./flame-nodes.ts";

/** What a pattern found in a whole tree. */
export interface SearchResult {
  /** One entry a node; 1: its label matches. */
  readonly hit: Uint8Array;
  /** Nodes that match. */
  readonly count: number;
}

/**
 * A test for the pattern as a regular expression, ignoring case unless it has a capital letter.
 * While it is no valid expression, as "foo(" half typed, it is looked for as plain text.
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  const ignoreCase = pattern === pattern.toLowerCase();
  try {
    const expression = new RegExp(pattern, ignoreCase ? "iu" : "u");
    return (text) => expression.test(text);
  } catch {
    return (text) => (ignoreCase ? text.toLowerCase() : text).includes(pattern);
  }
}

/** Marks the nodes whose "name (file:line)", with the full file name, matches. */
export function searchNodes(
  nodes: FlameNodes,
  labels: readonly FlameLabel[],
  matches: (text: string) => boolean,
): SearchResult {
  const labelHits = labels.map(
    ({ kind, name, file, line }) => kind !== "root" && matches(frameText(name, file, line)),
  );
  const hit = new Uint8Array(nodes.length);
  let count = 0;
  for (let node = 0; node < nodes.length; node++) {
    if (!labelHits[nodes.label[node]!]) continue;
    hit[node] = 1;
    count++;
  }
  return { hit, count };
}

/** Weight under a node that passes through a match, recursion and nested matches counted once. */
export function matchedWeight(nodes: FlameNodes, hit: Uint8Array, under: number): number {
  for (let node = under; node >= 0; node = nodes.parent[node]!) {
    if (hit[node] === 1) return nodes.total[under]!;
  }
  let weight = 0;
  for (let node = under; node < nodes.subtreeEnd[under]!; ) {
    if (hit[node] === 1) {
      weight += nodes.total[node]!;
      node = nodes.subtreeEnd[node]!;
    } else {
      node++;
    }
  }
  return weight;
}
