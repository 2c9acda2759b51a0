// SPDX-License-Identifier: MIT

export type { ComparedFile } from "./diff/carried-sides.ts";
export {
  DIFF_TERMINAL_LIMITS,
  DIFF_TICKET_LIMITS,
  type DiffLimits,
  diffAnswer,
} from "./diff/diff-answer.ts";
export { diffFlamegraph } from "./diff/diff-flamegraph.ts";
export { type DiffInput, isTold, told } from "./diff/diff-input.ts";
export { diffPage } from "./diff/diff-page.ts";
export { planAnswer } from "./diff/plan-answer.ts";
export { selfTestAnswer } from "./diff/self-test-answer.ts";
export type { Answer } from "./document/answer.ts";
export type { QuestionInput } from "./document/answer-frame.ts";
export type { Cell, CodeCell, Document, Section, Table } from "./document/document.ts";
export { documentMarkdown } from "./document/document-markdown.ts";
export { documentText, type TextOptions } from "./document/document-text.ts";
export { type Json, jsonText } from "./document/json.ts";
export { COLOR_MODES, type ColorMode } from "./flamegraph/color-mode.ts";
export { formatByName, formatForPath, formats, isGzipPath } from "./formats.ts";
export { type CheckAnswer, type CheckOptions, checkAnswer } from "./gate/check-answer.ts";
export { gateJunit } from "./gate/gate-junit.ts";
export { gilAnswer } from "./gil/gil-answer.ts";
export { recordedTitle } from "./heading/recorded-title.ts";
export type { ChartMaker } from "./html/charts/charts.ts";
export type { PackedCapture } from "./html/embed/packed-capture.ts";
export type { PageInput } from "./html/page-input.ts";
export type { GivenSources, SourceFile } from "./html/source/source-file.ts";
export { inspectionDocument } from "./inspect/inspection-document.ts";
export {
  type ScreenSize,
  type ScreenStyle,
  TOP_UNITS,
  type TopInput,
  topPage,
  topScreen,
  topText,
} from "./live/top-screen.ts";
export { FIRST_TOP_VIEW, pressKey, type TopView, topRows } from "./live/top-view.ts";
export { dumpAnswer } from "./moment/dump-answer.ts";
export { changeSection, type LiveMoment, liveDumpJson, liveMoment } from "./moment/live-dump.ts";
export { rejectedProfiles } from "./otlp/export-response.ts";
export { writeRawRequest } from "./parca/write-raw.ts";
export { PERFETTO_SAMPLES, type PerfettoSamples } from "./perfetto/samples-mode.ts";
export { processesAnswer } from "./processes/processes-answer.ts";
export { type PushedProfile, pushAnswer } from "./push/push-answer.ts";
export { qualityAnswer } from "./quality/quality-answer.ts";
export { type QueryColumn, type QueryRows, queryAnswer } from "./query/query-answer.ts";
export { queryCsv } from "./query/query-csv.ts";
export type {
  FormatName,
  OutputPiece,
  Provenance,
  ReportFormat,
  ReportInput,
  ReportOptions,
} from "./report-format.ts";
export { stallsAnswer } from "./stalls/stalls-answer.ts";
export {
  type SummaryLimits,
  summaryAnswer,
  TERMINAL_LIMITS,
  TICKET_LIMITS,
  TICKET_LINES,
} from "./summary/summary-answer.ts";
export { type CaptureRows, captureRows } from "./tables/capture-rows.ts";
export type { CaptureColumn, CaptureTable, ColumnType, TableCell } from "./tables/capture-table.ts";
export { captureTables } from "./tables/tables.ts";
export { commandLine } from "./text/command-line.ts";
export { formatBytes } from "./text/format-bytes.ts";
export { formatDuration } from "./text/format-duration.ts";
export { formatCount, formatCounted, formatPercent, formatRate } from "./text/format-number.ts";
export { visibleExcerpt, visibleText } from "./text/visible-text.ts";
export { threadsAnswer } from "./threads/threads-answer.ts";
export { timelineAnswer } from "./timeline/timeline-answer.ts";
export { type TopOptions, topAnswer } from "./top/top-answer.ts";
