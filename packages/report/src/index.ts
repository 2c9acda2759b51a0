// SPDX-License-Identifier: MIT

export { COLOR_MODES, type ColorMode } from "./flamegraph/color-mode.ts";
export { formatByName, formatForPath, formats } from "./formats.ts";
export type {
  FormatName,
  Provenance,
  ReportFormat,
  ReportInput,
  ReportOptions,
} from "./report-format.ts";
export { renderSummary, type SummaryOptions } from "./summary/render-summary.ts";
export { formatBytes } from "./text/format-bytes.ts";
export { formatDuration } from "./text/format-duration.ts";
export { formatCount, formatCounted, formatPercent, formatRate } from "./text/format-number.ts";
export { visibleExcerpt, visibleText } from "./text/visible-text.ts";
