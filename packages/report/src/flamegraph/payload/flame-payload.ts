// SPDX-License-Identifier: MIT

import type { WeightUnit } from "@pyspy/analyze";
import type { FlameLabel } from "../flame-labels.ts";
import type { FlameNodes } from "../flame-nodes.ts";
import type { NodeChanges, PackedChanges } from "../node-change.ts";
import type { MeasureName, NodeMeasure } from "../node-measure.ts";
import type { FirstView } from "../view-hash.ts";

/**
 * What the script in the picture works with: the whole tree, not only the part that was drawn.
 *
 * Encoding, raw deflated and then base64: sections, each a varint length and its bytes.
 *
 * 1. `FlameMeta` as JSON.
 * 2. Texts, one a line: the line number at which the names of paints start, then names and files,
 *    then those. None holds a line break (visible text).
 * 3. Labels, five varints each: name and file (lines of section 2 behind its first, from 0), start of the short
 *    file name, line, and paint * 8 + kind.
 * 4. Nodes in preorder, three varints each: levels up from the child of the node before, label,
 *    own weight in units of `FlameMeta.quantum`.
 * 5. and so on: one section for each of `FlameMeta.measures`: of every node the own weight, as above.
 */
export interface FlamePayload {
  readonly meta: FlameMeta;
  readonly labels: readonly FlameLabel[];
  /** CSS classes; `FlameLabel.paint` is an index here. */
  readonly paintNames: readonly string[];
  /** Weights are multiples of the quantum. */
  readonly nodes: FlameNodes;
  /** In the order of `FlameMeta.measures`. */
  readonly measures: readonly NodeMeasure[];
  /** Of a comparison; in `meta`. */
  readonly changes?: NodeChanges | undefined;
}

export interface FlameMeta {
  readonly unit: WeightUnit;
  /** Weight of one step, in `unit`: nanoseconds are rounded to microseconds to keep files small. */
  readonly quantum: number;
  readonly title: string;
  /** The data-quality line in its parts. */
  readonly quality: readonly string[];
  /** Lines below the picture: filters, what was left out, where the picture comes from. */
  readonly notes: readonly string[];
  readonly measures: readonly MeasureName[];
  /** What is shown where the address says nothing else. */
  readonly first: FirstView;
  readonly changes?: PackedChanges | undefined;
}

/** Kinds of labels by their number in the encoding. */
export const LABEL_KINDS = ["root", "process", "thread", "python", "native"] as const;
