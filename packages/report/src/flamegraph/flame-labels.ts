// SPDX-License-Identifier: MIT

import type { FrameLabel } from "@pyspy/analyze";
import { codeOrigins } from "../text/short-files.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import { type Paint, paintOf } from "./palette.ts";

/** How a frame is written and painted. All text is visible text: safe on one line anywhere. */
export interface FlameLabel {
  readonly kind: FrameLabel["kind"];
  readonly name: string;
  /** In full; "" for what is not code. */
  readonly file: string;
  /** Where in `file` the part starts that boxes show. */
  readonly shortStart: number;
  /** 0: none. */
  readonly line: number;
  /** Index in `paints`. */
  readonly paint: number;
}

export interface FlameLabels {
  readonly labels: readonly FlameLabel[];
  /** Those in use, each once. */
  readonly paints: readonly Paint[];
}

/** A longer name is of no use in a picture; its length is stated instead of its end. */
const LONGEST_TEXT = 2000;

/** Labels of a call tree made ready to draw. */
export function flameLabels(source: readonly FrameLabel[]): FlameLabels {
  const origins = codeOrigins(source);
  const paints: Paint[] = [];
  const paintIndex = new Map<string, number>();
  const labels = source.map((label, index): FlameLabel => {
    const origin = origins[index]!;
    const paint = paintOf(label, origin);
    let at = paintIndex.get(paint.name);
    if (at === undefined) {
      at = paints.push(paint) - 1;
      paintIndex.set(paint.name, at);
    }
    const file = visibleExcerpt(label.file, LONGEST_TEXT);
    return {
      kind: label.kind,
      name: visibleExcerpt(label.name, LONGEST_TEXT),
      file,
      shortStart: label.file.length === file.length ? origin.shortStart : 0,
      line: label.line,
      paint: at,
    };
  });
  return { labels, paints };
}

/** "server.py:42" as boxes show it; "" for what is not code, or is named after its file: "[libc.so.6]". */
export function shortPlace(label: FlameLabel): string {
  const file = label.file.slice(label.shortStart);
  if (label.name === `[${file}]`) return "";
  return label.line > 0 && file !== "" ? `${file}:${label.line}` : file;
}
