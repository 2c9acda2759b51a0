// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
import { element, type Html } from "../html/element.ts";
import { blockLength, captureBlock, type PackedCapture } from "../html/embed/packed-capture.ts";
import { thinnedToFit } from "../html/embed/thinned-capture.ts";
import { formatBytes } from "../text/format-bytes.ts";
import { formatCount } from "../text/format-number.ts";
import { visibleExcerpt } from "../text/visible-text.ts";

/** A file that was compared. */
export interface ComparedFile {
  readonly profile: Profile;
  readonly captures: readonly PackedCapture[];
  /** "before", "after", or both. */
  readonly sides: readonly ("before" | "after")[];
}

/** What a page of a comparison carries of the files that it is of, and what it says of that. */
export interface CarriedSides {
  readonly blocks: Iterable<string>;
  readonly html: Html;
}

/** The files of both sides, as they are or with fewer ticks, as far as there is room. */
export function carriedSides(
  files: readonly ComparedFile[],
  mostBytes: number,
  taken: number,
): CarriedSides {
  const lengthOf = ({ captures }: ComparedFile): number =>
    captures.reduce((sum, each) => sum + blockLength(each), 0);
  const all = files.reduce((sum, each) => sum + lengthOf(each), 0);
  const room = mostBytes - taken;
  const carried = files.map((file) => {
    if (all <= room) return { file, captures: file.captures };
    const thinned = thinnedToFit(file.captures, file.profile, (room * lengthOf(file)) / all);
    return { file, captures: thinned === undefined ? [] : [thinned.capture] };
  });
  const lines = carried.map(({ file, captures }) => element("li", {}, lineOf(file, captures)));
  const html = element(
    "section",
    { id: "about" },
    element("h2", {}, "The recordings in this file"),
    element("ul", { class: "plain" }, lines),
    carried.some(({ captures }) => captures.length > 0)
      ? element(
          "p",
          {},
          "Whoever has pyspy-analyze reads them: ",
          element("code", {}, "pyspy-analyze top diff.html#before"),
          ", ",
          element("code", {}, "pyspy-analyze diff.html#after -o after.html"),
          ".",
        )
      : undefined,
  );
  function* blocks(): Generator<string> {
    for (const { file, captures } of carried) {
      for (const capture of captures) yield* captureBlock({ ...capture, sides: file.sides });
    }
  }
  return { blocks: blocks(), html };
}

function lineOf({ captures, sides }: ComparedFile, kept: readonly PackedCapture[]): string {
  const names = captures.map(({ name }) => visibleExcerpt(name, 120)).join(", ");
  const size = formatBytes(captures.reduce((sum, { fileBytes }) => sum + fileBytes, 0));
  const [first] = kept;
  const how =
    first === undefined
      ? "not here: there is no room for it (--max-size)"
      : first.every === undefined
        ? "whole and unchanged"
        : `thinned to fit: one tick in ${formatCount(first.every)} (--max-size)`;
  return `${sides.join(" and ")}: ${names}, ${size}; ${how}`;
}
