// SPDX-License-Identifier: MIT

import { formatByName, formatForPath, formats, type ReportFormat } from "@pyspy/report";
import { UsageError } from "../errors.ts";
import { STANDARD_STREAM } from "../output/output-target.ts";
import { parquet } from "../parquet/parquet-format.ts";
import { closest } from "./closest.ts";

/** A format of files, or the one of a directory. */
export type ChosenFormat = ReportFormat | typeof parquet;

/** All names, with what help says of them. */
export const FORMAT_DESCRIPTIONS: readonly Pick<ChosenFormat, "name" | "description">[] = [
  ...formats,
  parquet,
];

/**
 * The format that is asked for, by name or by the ending of the output; `undefined`: neither, which
 * means the summary.
 *
 * @throws UsageError for a name or an ending that none has.
 */
export function chooseFormat(
  name: string | undefined,
  output: string | undefined,
): ChosenFormat | undefined {
  const names = FORMAT_DESCRIPTIONS.map((format) => format.name).join(", ");
  if (name !== undefined) {
    if (name.toLowerCase() === parquet.name) return parquet;
    const format = formatByName(name.toLowerCase());
    if (format !== undefined) return format;
    // "svg" is the ending of flamegraph.
    const meant = closest(name, names.split(", ")) ?? formatForPath(`.${name}`)?.name;
    throw new UsageError(`unknown format ${name}: there are ${names}`, meant);
  }
  if (output === undefined || output === STANDARD_STREAM) return undefined;
  if (output.toLowerCase().endsWith(parquet.extension)) return parquet;
  const format = formatForPath(output);
  if (format !== undefined) return format;
  throw new UsageError(`the name ${output} does not tell the format`, `--format (${names})`);
}
