// SPDX-License-Identifier: MIT

import { fileURLToPath } from "node:url";
import { markdownTable } from "../markdown.ts";
import { runMeasured } from "../processes/measured-program.ts";

const ANALYZER = fileURLToPath(
  new URL("../../../packages/cli/bin/pyspy-analyze.js", import.meta.url),
);

/** What runs of the analyzer, each by its name and its arguments, take one after the other: a Markdown table. */
export async function measureAnalyzer(
  steps: readonly (readonly [name: string, args: readonly string[]])[],
  progress: (text: string) => void,
): Promise<string> {
  const rows: string[][] = [["", "time", "CPU", "peak memory"]];
  for (const [name, args] of steps) {
    progress(name);
    const { seconds, cpuSeconds, peakBytes } = await runMeasured(process.execPath, [
      ANALYZER,
      ...args,
    ]);
    const megabytes = `${(peakBytes / 1e6).toFixed(0)} MB`;
    rows.push([name, `${seconds.toFixed(1)} s`, `${cpuSeconds.toFixed(1)} s`, megabytes]);
  }
  return markdownTable(rows);
}
