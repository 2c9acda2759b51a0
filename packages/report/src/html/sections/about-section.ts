// SPDX-License-Identifier: MIT

import { type Profile, redactionLevels } from "@pyspy/analyze";
import { formatBytes } from "../../text/format-bytes.ts";
import { visibleExcerpt } from "../../text/visible-text.ts";
import { element, type Html } from "../element.ts";
import type { EmbeddedCaptures } from "../embed/embedded-captures.ts";

const LONGEST_NAME = 120;

/** Where the page comes from, what it carries, and what it gives away. */
export function aboutSection(
  profile: Profile,
  { embedded, omitted, mostBytes }: EmbeddedCaptures,
  provenance: readonly string[],
): Html {
  const file = (name: string): Html => element("code", {}, visibleExcerpt(name, LONGEST_NAME));
  const carried = embedded.map(({ name, fileBytes }) =>
    element(
      "p",
      {},
      "The recording is in this file, whole and unchanged: ",
      file(name),
      `, ${formatBytes(fileBytes)}. `,
    ),
  );
  const missing = omitted.map(({ name, fileBytes, gzip }) =>
    element(
      "p",
      { class: "warning" },
      "The recording is not in this file: ",
      file(name),
      ` has ${formatBytes(fileBytes)}, ${formatBytes(gzip.length)} compressed, and the page may have ${formatBytes(mostBytes)} (--max-size). What stands here is of all of it; to ask more, ask for the recording.`,
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
    element("p", {}, redactionText(profile)),
    element(
      "p",
      {},
      "The page asks no other machine for anything: its content security policy forbids it.",
    ),
    provenance.map((note) => element("p", { class: "note" }, note)),
  );
}

/** How far the recordings are redacted, and what the levels mean. */
function redactionText({ recordings }: Profile): string {
  const levels = [...new Set(recordings.flatMap(({ header }) => redactionLevels(header)))];
  const texts = levels.map((level) => visibleExcerpt(level, LONGEST_NAME));
  return (
    `Redaction: ${texts.join(", ")}. Names of functions, files and threads are in it as far as that level ` +
    "leaves them; source text and values of the program are not."
  );
}
