// SPDX-License-Identifier: MIT

import { ACTIVITIES, type Selection } from "@pyspy/analyze";
import { formatCount } from "../../text/format-number.ts";
import { ACTIVITY_LOOKS, activityFill } from "../charts/activity-colors.ts";
import type { ChartMaker } from "../charts/charts.ts";
import { timelineData } from "../charts/timeline-data.ts";
import { element, type Html, Markup } from "../element.ts";

/** Threads that a page shows; the table of threads has more. */
const MOST_ROWS = 40;

/** What every thread did, over the time of the recording. */
export function timelineSection(observed: Selection, charts: ChartMaker): Html[] {
  const all = timelineData(observed);
  if (all.rows.length === 0) return [];
  const data = { ...all, rows: all.rows.slice(0, MOST_ROWS) };
  const others = all.rows.length - data.rows.length;
  const label = `Timeline of ${formatCount(data.rows.length)} threads over ${all.toSeconds.toFixed(1)} seconds; the table of threads has the sums.`;
  const chart = (width: "wide" | "narrow"): Html =>
    element(
      "div",
      { class: width, role: "img", "aria-label": label, hidden: width === "narrow" },
      new Markup(charts.timeline(data, width)),
    );
  return [
    element(
      "section",
      { id: "timeline" },
      element("h2", {}, "What every thread did"),
      activityLegend(),
      element("div", { class: "static" }, chart("wide"), chart("narrow")),
      others > 0
        ? element("p", { class: "more" }, `… and ${formatCount(others)} more threads`)
        : undefined,
    ),
  ];
}

function activityLegend(): Html {
  return element(
    "ul",
    { class: "legend" },
    ACTIVITIES.map((activity) =>
      element(
        "li",
        {},
        element(
          "svg",
          { width: 12, height: 12, "aria-hidden": "true" },
          element("rect", { width: 12, height: 12, rx: 2, fill: activityFill(activity) }),
        ),
        " ",
        ACTIVITY_LOOKS[activity].text,
      ),
    ),
  );
}
