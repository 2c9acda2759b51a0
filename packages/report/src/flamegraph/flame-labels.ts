// SPDX-License-Identifier: MIT

import type { FrameLabel } from "@pyspy/analyze";
import { commonDirectory, nativeOrigin, pythonOrigin } from "../text/code-origin.ts";
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

/**
 * Labels of a call tree made ready to draw. The program's own files lose the directory that they
 * have in common, libraries the path of the installation.
 */
export function flameLabels(source: readonly FrameLabel[]): FlameLabels {
  const origins = source.map((label) =>
    label.kind === "native" ? nativeOrigin(label.file) : pythonOrigin(label.file),
  );
  const ownFiles = source
    .filter((_, index) => origins[index]!.owner === "own")
    .map((label) => label.file);
  const ownStart = commonDirectory(new Set(ownFiles));

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
    // A relative file name among absolute ones has nothing in common with them.
    const short =
      origin.owner === "own" && /^[\\/]|^[A-Za-z]:/.test(label.file) ? ownStart : origin.shortStart;
    const file = visibleExcerpt(label.file, LONGEST_TEXT);
    return {
      kind: label.kind,
      name: visibleExcerpt(label.name, LONGEST_TEXT),
      file,
      shortStart: label.file.length === file.length ? short : 0,
      line: label.line,
      paint: at,
    };
  });
  return { labels, paints };
}

/** "server.py:42" as boxes show it; "" for what is not code. */
export function shortPlace(label: FlameLabel): string {
  const file = label.file.slice(label.shortStart);
  return label.line > 0 && file !== "" ? `${file}:${label.line}` : file;
}
