// SPDX-License-Identifier: MIT

import { type FlameLabel, shortPlace } from "../flamegraph/flame-labels.ts";
import type { Paint } from "../flamegraph/palette.ts";
import { paintRules, px, svgOpening } from "../flamegraph/svg-opening.ts";
import { svgHeader, svgNotes } from "../flamegraph/svg-text.ts";
import {
  CELL_WIDTH,
  GAP,
  LABEL_PADDING,
  MARGIN,
  MONO_FONT,
  MUTED,
  PAPER,
  ROW_HEIGHT,
  WIDTH,
} from "../flamegraph/theme.ts";
import { flamechartPage } from "../gen/flamechart-page.ts";
import type { ReportHeading } from "../heading/report-heading.ts";
import { escapeMarkup, escapeXml } from "../text/escape-xml.ts";
import { fitLabel } from "../text/fit-label.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatCounted } from "../text/format-number.ts";
import { formatUtcMillis } from "../text/format-time.ts";
import { frameText } from "../text/frame-text.ts";
import type { RecordedClock } from "../timeline/recorded-clock.ts";
import { axisTicks, tickAnchor } from "./axis.ts";
import type { ChartBox } from "./chart-boxes.ts";
import { LANE_PAINTS, LANE_TEXTS, laneSvg } from "./lane-svg.ts";
import { THREAD_STATES } from "./thread-columns.ts";

/** One thread, ready to draw. */
export interface ChartThread {
  /** Visible text. */
  readonly name: string;
  readonly state: Int8Array;
  readonly boxes: readonly ChartBox[];
  readonly rows: number;
  /** Rows below the last that are not drawn. */
  readonly hiddenRows: number;
}

export interface Chart {
  readonly heading: ReportHeading;
  readonly threads: readonly ChartThread[];
  readonly labels: readonly FlameLabel[];
  readonly paints: readonly Paint[];
  /** px */
  readonly columnWidth: number;
  readonly clock: RecordedClock;
  /** Recorded time at the left edge. */
  readonly fromNanos: number;
  /** Of recorded time zero: ns since 1970-01-01 UTC. */
  readonly startRealtimeNanos: bigint;
}

export const CHART_WIDTH: number = WIDTH - 2 * MARGIN;
const AXIS_HEIGHT = 22;
const NAME_HEIGHT = 22;
const LANE_HEIGHT = 10;
const THREAD_GAP = 14;

/**
 * The chart as one SVG file. It needs neither its script nor its style sheet; where the script may run,
 * it looks closer at a stretch of time.
 */
export function* chartDocument(chart: Chart): Generator<string> {
  const { heading, threads, paints, startRealtimeNanos } = chart;
  const lanes = THREAD_STATES.map((state) => ({
    paint: LANE_PAINTS[state],
    text: LANE_TEXTS[state],
  }));
  const header = svgHeader(heading, lanes);
  const begin = `Time zero is ${formatUtcMillis(startRealtimeNanos)}.`;
  const notes = svgNotes([begin, ...heading.notes]);
  let top = header.height + 8;
  const tops = threads.map((thread) => {
    const at = top;
    top += NAME_HEIGHT + LANE_HEIGHT + thread.rows * ROW_HEIGHT + THREAD_GAP;
    return at;
  });
  const bottom = top + AXIS_HEIGHT;
  const height = bottom + notes.height;
  yield `${svgOpening(heading, height)}<style>${escapeMarkup(STYLE + paintRules([...paints, ...Object.values(LANE_PAINTS)]))}</style>
<rect class="paper" width="100%" height="100%" fill="${PAPER}"/>
${header.markup}`;
  yield axis(chart, header.height + 8, top);
  for (const [index, thread] of threads.entries()) yield* threadSvg(chart, thread, tops[index]!);
  yield `<g transform="translate(0 ${bottom})">${notes.markup}</g>
<script>${escapeMarkup(flamechartPage)}</script>
</svg>
`;
}

function* threadSvg(chart: Chart, thread: ChartThread, top: number): Generator<string> {
  const deeper =
    thread.hiddenRows > 0 ? ` · ${formatCounted(thread.hiddenRows, "more row")} below` : "";
  yield `<g transform="translate(${MARGIN} ${top})">
<text y="16" font-size="13" font-weight="600">${escapeXml(thread.name)}<tspan class="muted" fill="${MUTED}" font-weight="400">${deeper}</tspan></text>
${laneSvg(thread.state, chart.columnWidth, { top: NAME_HEIGHT, height: LANE_HEIGHT - 2 })}`;
  yield `<g class="calls" transform="translate(0 ${NAME_HEIGHT + LANE_HEIGHT})" font-family="${escapeMarkup(MONO_FONT)}" font-size="12" xml:space="preserve">\n`;
  for (const box of thread.boxes) yield boxSvg(chart, box);
  yield "</g>\n</g>\n";
}

function boxSvg({ labels, paints, columnWidth, clock, fromNanos }: Chart, box: ChartBox): string {
  const label = labels[box.label]!;
  const paint = paints[label.paint]!;
  const left = box.firstColumn * columnWidth;
  const width = Math.min((box.endColumn - box.firstColumn) * columnWidth, CHART_WIDTH - left);
  const nanos = (clock.length * width) / CHART_WIDTH;
  const from = formatDuration(fromNanos + (clock.length * left) / CHART_WIDTH);
  const title = `${frameText(label.name, label.file, label.line)}\n${formatDuration(nanos)}, from ${from} on`;
  const cells = Math.floor((width - 2 * LABEL_PADDING) / CELL_WIDTH);
  const { name } = fitLabel(label.name, shortPlace(label), cells);
  const y = box.row * ROW_HEIGHT;
  const gap = Math.min(GAP, width * 0.2);
  const text =
    name === ""
      ? ""
      : `<text x="${px(left + LABEL_PADDING)}" y="${y + 13}">${escapeXml(name)}</text>`;
  return (
    `<g><title>${title.split("\n").map(escapeXml).join("\n")}</title><rect class="${paint.name}" fill="${paint.light}" ` +
    `x="${px(left)}" y="${y}" width="${px(width - gap)}" height="${ROW_HEIGHT - GAP}"/>${text}</g>\n`
  );
}

/** Lines at round times from the top to the bottom, with their times below. */
function axis({ clock, fromNanos }: Chart, top: number, bottom: number): string {
  const toNanos = fromNanos + clock.length;
  const ticks = axisTicks(fromNanos, toNanos).map((tick) => {
    const x = px(MARGIN + CHART_WIDTH * tick.place);
    return (
      `<path class="grid" stroke="${MUTED}" stroke-opacity=".25" d="M${x} ${top}V${bottom}"/>` +
      `<text class="muted" x="${x}" y="${bottom + 15}" font-size="11" text-anchor="${tickAnchor(tick)}" fill="${MUTED}">${tick.text}</text>\n`
    );
  });
  const data = { from: fromNanos, to: toNanos, top, bottom };
  const attributes = Object.entries(data).map(([name, value]) => ` data-${name}="${value}"`);
  return `<g class="axis"${attributes.join("")}>\n${ticks.join("")}</g>\n`;
}

const STYLE = `.pspy{color-scheme:light dark}@media (prefers-color-scheme:dark){.pspy{fill:#e9ebee;\
background:#16191d}.pspy .paper{fill:#16191d}.pspy .muted{fill:#9aa4b0}.pspy .grid{stroke:#9aa4b0}}\
.pspy.live{user-select:none}.pspy.live .calls rect{cursor:pointer}.pspy .calls g:hover rect{stroke:currentColor}\
.pspy .picked{fill:#2563c9;fill-opacity:.18}.pspy .all{cursor:pointer;fill:#2563c9}\
@media (prefers-color-scheme:dark){.pspy .picked,.pspy .all{fill:#7fb0ff}}`;
