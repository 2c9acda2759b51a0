// SPDX-License-Identifier: MIT

import { LabelTable } from "@pyspy/analyze";
import { flameLabels } from "../flamegraph/flame-labels.ts";
import { reportHeading } from "../heading/report-heading.ts";
import type { ReportFormat, ReportInput } from "../report-format.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatCount } from "../text/format-number.ts";
import { threadName } from "../text/thread-name.ts";
import { type RecordedClock, recordedClock } from "../timeline/recorded-clock.ts";
import { filteredTime, recordedSpan } from "../timeline/recorded-span.ts";
import { threadsInOrder } from "../timeline/threads-in-order.ts";
import { chartBoxes } from "./chart-boxes.ts";
import { CHART_WIDTH, type ChartThread, chartDocument } from "./chart-document.ts";
import { threadColumns } from "./thread-columns.ts";

const MOST_THREADS = 40;
const MOST_ROWS = 48;
/** About 200 bytes each: the file stays below some megabytes. */
const MOST_BOXES = 12_000;
/** Width of a column, px. */
const COLUMN_WIDTHS = [1, 2, 4, 8];

/** What each thread did, over time: its state and its stack, one below the other. */
export const flamechart: ReportFormat = {
  name: "flamechart",
  description: "stacks and states of each thread over time, one SVG file",
  extensions: [".flamechart.svg"],
  content: "text",
  needsTimes: true,
  *render(input) {
    const { recorded, profile } = input.selection;
    const frames = new LabelTable();
    const labelOfFrame = frames.ofFrames(profile, input.options.lines);
    const { labels, paints } = flameLabels(frames.labels);
    const { clock, fromNanos } = timeOf(input);
    const all = threadsInOrder(input.selection).length;
    const { threads, columnWidth, boxes } = drawable(input, clock, labelOfFrame);
    const heading = reportHeading(input);
    const column = formatDuration((clock.length * columnWidth) / CHART_WIDTH);
    const notes = [
      `A column is ${column} wide and shows what took most of it; "--from" and "--to" look closer.`,
      ...(all > threads.length
        ? [`${formatCount(all - threads.length)} of ${formatCount(all)} threads are not shown.`]
        : []),
      ...(boxes > MOST_BOXES ? [`Only the outermost frames are shown.`] : []),
      ...heading.notes,
    ];
    yield* chartDocument({
      heading: { ...heading, notes },
      threads,
      labels,
      paints,
      columnWidth,
      clock,
      fromNanos,
      startRealtimeNanos: recordedSpan(recorded).startRealtimeNanos,
    });
  },
};

/** The time shown: that of the recordings, or what the selection's filters of time left of it. */
function timeOf({ selection }: ReportInput): { clock: RecordedClock; fromNanos: number } {
  const whole = recordedClock(selection.recorded.recordings);
  const range = filteredTime(selection);
  if (range === undefined) return { clock: whole, fromNanos: 0 };
  return { clock: recordedClock([range]), fromNanos: whole.at(range.startNanos) };
}

/** The threads in the finest columns, and with as many rows, as the number of boxes allows. */
function drawable(
  input: ReportInput,
  clock: RecordedClock,
  labelOfFrame: Int32Array,
): { threads: ChartThread[]; columnWidth: number; boxes: number } {
  for (let i = 0; ; i++) {
    const columnWidth = COLUMN_WIDTHS[Math.min(i, COLUMN_WIDTHS.length - 1)]!;
    const last = i >= COLUMN_WIDTHS.length - 1;
    const mostRows = Math.max(1, MOST_ROWS >> Math.max(0, i - COLUMN_WIDTHS.length + 1));
    const threads = chartThreads(input, clock, labelOfFrame, { columnWidth, mostRows });
    const boxes = threads.reduce((sum, thread) => sum + thread.boxes.length, 0);
    if (boxes <= MOST_BOXES || (last && mostRows === 1)) return { threads, columnWidth, boxes };
  }
}

function chartThreads(
  { selection }: ReportInput,
  clock: RecordedClock,
  labelOfFrame: Int32Array,
  { columnWidth, mostRows }: { readonly columnWidth: number; readonly mostRows: number },
): ChartThread[] {
  const { profile, runs } = selection;
  const selected = new Uint8Array(profile.samples.length);
  for (const run of runs) selected[run] = 1;
  const runsOf = new Map<number, number[]>();
  for (let run = 0; run < profile.samples.length; run++) {
    const thread = profile.samples.thread[run]!;
    const known = runsOf.get(thread);
    if (known === undefined) runsOf.set(thread, [run]);
    else known.push(run);
  }
  const grid = { clock, count: Math.ceil(CHART_WIDTH / columnWidth) };
  return threadsInOrder(selection)
    .slice(0, MOST_THREADS)
    .map(({ thread }) => {
      const { process } = profile.threads[thread]!;
      const columns = threadColumns(
        profile,
        runsOf.get(thread) ?? [],
        (run) => selected[run] === 1,
        grid,
      );
      const { boxes, rows, deepest } = chartBoxes(profile, columns.stack, labelOfFrame, mostRows);
      const several = profile.processes.length > 1;
      const name = threadName(profile.threads[thread]!);
      return {
        name: several ? `${name} (process ${profile.processes[process]!.pid})` : name,
        state: columns.state,
        boxes,
        rows,
        hiddenRows: deepest - rows,
      };
    });
}
