// SPDX-License-Identifier: MIT

import type { FrameLabel } from "@pyspy/analyze";
import { placeText } from "../text/frame-text.ts";
import { codeOrigins } from "../text/short-files.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import type { CodeCell } from "./document.ts";

const LONGEST_NAME = 200;

/**
 * Says how labels stand in a table: their files shortened in view of all that may stand in it, so
 * that one file has one name in it.
 */
export function codeCells(labels: readonly FrameLabel[]): (label: FrameLabel) => CodeCell {
  const origins = codeOrigins(labels);
  const startOf = new Map(labels.map(({ file }, index) => [file, origins[index]!.shortStart]));
  return ({ name, file, line }) => ({
    name: visibleExcerpt(name, LONGEST_NAME),
    place: visibleExcerpt(placeText(file.slice(startOf.get(file) ?? 0), line), LONGEST_NAME),
  });
}

/** A cell in one line: "load (app.py:3)". */
export function codeText({ name, place }: CodeCell): string {
  return place === "" ? name : `${name} (${place})`;
}
