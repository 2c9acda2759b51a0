// SPDX-License-Identifier: MIT

import { parseArgs } from "node:util";
import { benchCapture } from "./capture/capture-bench.ts";

const USAGE = `usage: npm run bench -- capture [--seconds N]

  capture   cost of recording one thread that is 40 frames deep, and what it does to that thread,
            beside other recorders; Markdown on standard output. Takes less than 4 minutes.

  --seconds N   time for the paired windows of one interpreter (default: 45)
`;

const DEFAULT_SECONDS = "45";

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { seconds: { type: "string", default: DEFAULT_SECONDS } },
  });
  const slowdownSeconds = Number(values.seconds);
  if (positionals.join(" ") !== "capture" || !(slowdownSeconds > 0)) {
    process.stderr.write(USAGE);
    return 2;
  }
  const progress = (text: string): void => void process.stderr.write(`bench: ${text}\n`);
  process.stdout.write(await benchCapture({ slowdownSeconds, progress }));
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
