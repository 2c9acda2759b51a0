// SPDX-License-Identifier: MIT

import { formatByName, formatForPath, formats, type ReportFormat } from "@pyspy/report";
import { UsageError } from "../errors.ts";
import { STANDARD_STREAM } from "../output/output-target.ts";
import { closest } from "./closest.ts";

/**
 * The format that is asked for, by name or by the ending of the output; `undefined`: neither, which
 * means the summary.
 *
 * @throws UsageError for a name or an ending that none has.
 */
export function chooseFormat(
  name: string | undefined,
  output: string | undefined,
): ReportFormat | undefined {
  const names = formats.map((format) => format.name).join(", ");
  if (name !== undefined) {
    const format = formatByName(name.toLowerCase());
    if (format !== undefined) return format;
    // "svg" is the ending of flamegraph.
    const meant = closest(name, names.split(", ")) ?? formatForPath(`.${name}`)?.name;
    throw new UsageError(`unknown format ${name}: there are ${names}`, meant);
  }
  if (output === undefined || output === STANDARD_STREAM) return undefined;
  const format = formatForPath(output);
  if (format !== undefined) return format;
  throw new UsageError(`the name ${output} does not tell the format`, `--format (${names})`);
}
