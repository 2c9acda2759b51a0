// SPDX-License-Identifier: MIT

import * as Plot from "@observablehq/plot";
import type { Activity } from "@pyspy/analyze";
import { activityFill } from "./activity-colors.ts";
import type { ChartMaker, ChartWidth, TimelineData, TimelineRow } from "./charts.ts";

/** What a chart is built with: a browser's document, or one like it. */
export type ChartDocument = object;

interface Sizes {
  readonly width: number;
  readonly rowHeight: number;
  readonly marginLeft: number;
  readonly marginTop: number;
  /** Part of a row's height that stays free between strips. */
  readonly padding: number;
}

const SIZES: Readonly<Record<ChartWidth, Sizes>> = {
  wide: { width: 1040, rowHeight: 22, marginLeft: 190, marginTop: 0, padding: 0.2 },
  narrow: { width: 340, rowHeight: 38, marginLeft: 10, marginTop: 12, padding: 0.5 },
};
const AXIS_HEIGHT = 26;
const NAME_CHARACTERS = 28;
/** From the strip's foot up. */
const STACKED: readonly Activity[] = ["gil", "wait", "run"];
const INK = "var(--muted,#59636e)";
const RULE = "var(--rule,#d5d9de)";

/** Charts by Observable Plot. */
export function plotCharts(document: ChartDocument): ChartMaker {
  return {
    timeline: (data, width) => cleaned(timeline(document, data, SIZES[width], width)),
  };
}

function timeline(
  document: ChartDocument,
  data: TimelineData,
  sizes: Sizes,
  layout: ChartWidth,
): Plot.PlottedElement {
  const { rows, fromSeconds, toSeconds } = data;
  const { width, rowHeight, marginLeft, marginTop, padding } = sizes;
  const second = (step: number): number =>
    fromSeconds + (step * (toSeconds - fromSeconds)) / data.steps;
  const spans = rows.map(({ firstStep, endStep }, row) => ({
    row,
    from: second(firstStep),
    to: second(endStep),
  }));
  const names = rows.map(({ name }, row) => ({ row, name: shortened(name) }));
  const nameOptions =
    layout === "wide"
      ? { x: fromSeconds, textAnchor: "end", dx: -10, frameAnchor: "left" }
      : { x: fromSeconds, textAnchor: "start", dy: -19, frameAnchor: "left" };
  return Plot.plot({
    document,
    width,
    height: rows.length * rowHeight + marginTop + AXIS_HEIGHT,
    marginLeft,
    marginRight: 12,
    marginTop,
    marginBottom: AXIS_HEIGHT,
    x: { domain: [fromSeconds, toSeconds] },
    y: { domain: [0, 1], axis: null },
    fy: { domain: rows.map((_, row) => row), axis: null, padding },
    marks: [
      Plot.rect(spans, {
        x1: "from",
        x2: "to",
        y1: 0,
        y2: 1,
        fy: "row",
        fill: activityFill("idle"),
      }),
      Plot.areaY(
        rows.flatMap((row, index) => stripPoints(row, index, second)),
        { x: "x", y1: "y1", y2: "y2", fy: "row", z: "series", fill: "fill", curve: "step-after" },
      ),
      Plot.text(names, {
        ...nameOptions,
        y: 0.5,
        fy: "row",
        text: "name",
        fill: "currentColor",
        fontSize: 12,
      }),
      Plot.axisX({
        anchor: "bottom",
        label: null,
        ticks: layout === "wide" ? 9 : 4,
        tickFormat: (value: number) => `${Number(value.toFixed(3))} s`,
        color: INK,
        tickSize: 4,
        stroke: RULE,
        fontSize: 12,
      }),
    ],
  });
}

interface StripPoint {
  readonly row: number;
  readonly series: string;
  readonly fill: string;
  readonly x: number;
  readonly y1: number;
  readonly y2: number;
}

/** Corners of the stacked areas; equal steps in a row need only one. */
function stripPoints(
  { shares, firstStep, endStep }: TimelineRow,
  row: number,
  second: (step: number) => number,
): StripPoint[] {
  return STACKED.flatMap((activity, level) => {
    const below = STACKED.slice(0, level);
    const common = { row, series: `${row} ${activity}`, fill: activityFill(activity) };
    const points: StripPoint[] = [];
    let any = false;
    for (let step = firstStep; step <= endStep; step++) {
      const at = Math.min(step, endStep - 1);
      const y1 = below.reduce((sum, each) => sum + shares[each][at]!, 0);
      const y2 = y1 + shares[activity][at]!;
      any ||= y2 > y1;
      const last = points.at(-1);
      if (step < endStep && last?.y1 === y1 && last.y2 === y2) continue;
      points.push({ ...common, x: second(step), y1, y2 });
    }
    return any ? points : [];
  });
}

function shortened(name: string): string {
  const characters = [...name];
  if (characters.length <= NAME_CHARACTERS) return name;
  return `${characters.slice(0, NAME_CHARACTERS - 1).join("")}…`;
}

/**
 * Without the style element and the style attributes, which a content security policy forbids and the page's
 * style sheet makes needless, without labels of parts, as the chart has one, and with numbers as fine as a screen is.
 */
function cleaned(chart: Plot.PlottedElement): string {
  for (const element of [chart, ...chart.querySelectorAll("*")]) {
    if (element.localName === "style") element.remove();
    for (const name of ["style", "class", "aria-label"]) element.removeAttribute(name);
    for (const name of element.getAttributeNames()) {
      element.setAttribute(name, rounded(element.getAttribute(name) ?? ""));
    }
  }
  return chart.outerHTML;
}

function rounded(value: string): string {
  return value.replace(/-?\d+\.\d{2,}(?:e-?\d+)?/g, (number) =>
    String(Math.round(Number(number) * 10) / 10),
  );
}
