// SPDX-License-Identifier: MIT

export { formatByName, formatForPath, formats } from "./formats.ts";
export type {
  FormatName,
  Provenance,
  ReportFormat,
  ReportInput,
  ReportOptions,
} from "./report-format.ts";
