// SPDX-License-Identifier: MIT

import { parseArgs } from "node:util";
import { benchCapture } from "./capture/capture-bench.ts";
import { replaceSection } from "./replace-section.ts";

const USAGE = `usage: npm run bench -- capture [--seconds N] [--into FILE]

  capture   cost of recording one thread that is 40 frames deep, and what it does to that thread,
            beside other recorders; Markdown on standard output. Takes less than 4 minutes.

  --seconds N   time for the paired windows of one interpreter (default: 45)
  --into FILE   put the result into this document instead, at its lines <!-- bench capture -->
`;

const DEFAULT_SECONDS = "45";

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { seconds: { type: "string", default: DEFAULT_SECONDS }, into: { type: "string" } },
  });
  const slowdownSeconds = Number(values.seconds);
  if (positionals.join(" ") !== "capture" || !(slowdownSeconds > 0)) {
    process.stderr.write(USAGE);
    return 2;
  }
  const progress = (text: string): void => void process.stderr.write(`bench: ${text}\n`);
  const command = ["npm run bench --", ...argv].join(" ");
  const measured = await benchCapture({ slowdownSeconds, progress });
  const result = `    ${command}\n\n${measured}`;
  if (values.into === undefined) process.stdout.write(result);
  else replaceSection(values.into, "capture", result);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
