// SPDX-License-Identifier: MIT

import { type Profile, redactionLevels } from "@pyspy/analyze";
import { formatBytes } from "../../text/format-bytes.ts";
import { formatCount } from "../../text/format-number.ts";
import { visibleExcerpt } from "../../text/visible-text.ts";
import { element, type Html } from "../element.ts";
import type { EmbeddedCaptures } from "../embed/embedded-captures.ts";
import type { ThinnedCapture } from "../embed/thinned-capture.ts";
import type { PackedSources } from "../source/source-block.ts";
import type { GivenSources } from "../source/source-file.ts";

const LONGEST_NAME = 120;
/** Files that are named. */
const MOST_SOURCES = 12;

/** Above all numbers: that the page answers from less than it shows. */
export function reductionNote({ thinned, omitted }: EmbeddedCaptures): Html | undefined {
  if (omitted.length === 0) return undefined;
  const text =
    thinned === undefined
      ? "The recording is not in this file: it is too large. What stands here is of all of it."
      : thinnedText(thinned);
  return element("p", { class: "warning reduction" }, text);
}

function thinnedText({ every, ticks }: ThinnedCapture): string {
  if (every === 1) return "The recording is in this file with all its ticks, packed anew to fit.";
  const margin = 100 * 1.96 * Math.sqrt((0.1 * 0.9) / ticks);
  return (
    `The recording was thinned to fit: one tick in ${formatCount(every)} is in this file, ${formatCount(ticks)} in all. ` +
    "Where scripts run, and wherever pyspy-analyze reads this file, numbers are of those, " +
    `so that a share of 10 % of a thread's time is known to within ${margin.toFixed(1)} % at best; without scripts they are of the whole recording.`
  );
}

/** Where the page comes from, what it carries, and what it gives away. */
export function aboutSection(
  profile: Profile,
  { embedded, thinned, omitted, mostBytes }: EmbeddedCaptures,
  sources: readonly Html[],
  provenance: readonly string[],
): Html {
  const file = (name: string): Html => element("code", {}, visibleExcerpt(name, LONGEST_NAME));
  const carried = embedded.map(({ name, fileBytes }) =>
    element(
      "p",
      {},
      thinned === undefined
        ? "The recording is in this file, whole and unchanged: "
        : `${thinnedText(thinned)} It is called `,
      file(name),
      `, ${formatBytes(fileBytes)}. `,
    ),
  );
  const missing = omitted.map(({ name, fileBytes, gzip }) =>
    element(
      "p",
      { class: "warning" },
      `The ${thinned === undefined ? "recording" : "whole recording"} is not in this file: `,
      file(name),
      ` has ${formatBytes(fileBytes)}, ${formatBytes(gzip.length)} compressed, and the page may have ${formatBytes(mostBytes)} (--max-size). `,
      thinned === undefined
        ? "What stands here is of all of it; to ask more, ask for the recording."
        : "For the rest, ask for the recording.",
    ),
  );
  return element(
    "section",
    { id: "about" },
    element("h2", {}, "About this file"),
    carried,
    embedded.length === 0
      ? undefined
      : element(
          "p",
          {},
          "Whoever has pyspy-analyze asks more of it: ",
          element("code", {}, "pyspy-analyze gil report.html"),
          ", or gets it back: ",
          element("code", {}, "pyspy-analyze extract report.html"),
          ".",
        ),
    missing,
    element("p", {}, redactionText(profile, sources.length > 0)),
    sources,
    element(
      "p",
      {},
      "The page asks no other machine for anything: its content security policy forbids it.",
    ),
    provenance.map((note) => element("p", { class: "note" }, note)),
  );
}

/** How far the recordings are redacted, and what the levels mean. */
function redactionText({ recordings }: Profile, withSources: boolean): string {
  const levels = [...new Set(recordings.flatMap(({ header }) => redactionLevels(header)))];
  const texts = levels.map((level) => visibleExcerpt(level, LONGEST_NAME));
  return (
    `Redaction: ${texts.join(", ")}. Names of functions, files and threads are in it as far as that level ` +
    (withSources
      ? "leaves them, and source text as said below; values of the program are not."
      : "leaves them; source text and values of the program are not.")
  );
}

/** Which source text the page has, and which it has not though it was asked for. */
export function sourceNotes({ files, omitted }: PackedSources, { misfits }: GivenSources): Html[] {
  const names = (all: readonly string[]): Html[] =>
    all
      .slice(0, MOST_SOURCES)
      .map((file) => element("li", {}, element("code", {}, shortName(file))));
  const list = (text: string, all: readonly string[]): Html[] => {
    if (all.length === 0) return [];
    const more = all.length - MOST_SOURCES;
    const rest = more > 0 ? element("li", {}, `and ${formatCount(more)} more`) : undefined;
    return [element("p", {}, text), element("ul", { class: "plain" }, names(all), rest)];
  };
  const reasons = misfits
    .slice(0, MOST_SOURCES)
    .map(({ file, reason }) =>
      element(
        "p",
        { class: "warning" },
        "Not the file that was recorded, and left out: ",
        element("code", {}, shortName(file)),
        `: ${visibleExcerpt(reason, LONGEST_NAME)}.`,
      ),
    );
  const carried = files.map(({ file }) => file);
  return [
    ...list("Source text is in this file, as whoever made it asked (--source), of:", carried),
    ...list("Source text for which the page has no room (--max-size):", omitted),
    ...reasons,
    ...(carried.length + omitted.length + misfits.length === 0
      ? [element("p", { class: "warning" }, "No source text was found where --source looked.")]
      : []),
  ];
}

function shortName(file: string): string {
  return visibleExcerpt(file, LONGEST_NAME);
}
