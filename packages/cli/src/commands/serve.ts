// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Options } from "yargs";
import { UsageError } from "../errors.ts";
import type { ExitCode } from "../exit-code.ts";
import { agentSource, type LiveSource } from "../live/live-source.ts";
import { durationOption } from "../options/duration.ts";
import { FILTER_OPTIONS } from "../options/filter-options.ts";
import { LIVE_OPTIONS, LIVE_TOP_OPTIONS, liveCapture } from "../options/live-options.ts";
import type { ParsedOptions } from "../options/parsed-options.ts";
import { REPORT_OPTIONS, reportArguments } from "../options/report-options.ts";
import { writeStdout } from "../output/write-output.ts";
import { servePage } from "../serve/page-server.ts";
import { ReportPage } from "../serve/report-page.ts";
import type { Command } from "./command.ts";

const SERVER = "The page:";
const MOST_PORT = 65_535;

const OPTIONS: Readonly<Record<"every" | "port", Options>> = {
  every: {
    type: "string",
    requiresArg: true,
    group: SERVER,
    description: "from one look of the browser to the next (default: 5s)",
  },
  port: {
    type: "string",
    requiresArg: true,
    group: SERVER,
    description: "of this machine (default: any that is free)",
  },
};

const { format: _format, output: _output, ...PAGE_OPTIONS } = REPORT_OPTIONS;

export const serve: Command = {
  name: "serve",
  description: "the report page of a recording that is being made, in the browser of this machine",
  details:
    "As --format html makes it, of what is recorded by then: it updates itself. Only this machine can ask for it, and only\nby the address that is printed. What is looked at stays as it is chosen. Ctrl-C ends it.",
  examples: [
    ["run.pspy", "while pyspy-capture -o run.pspy is at work"],
    ["-p 4242", "of a process, recorded for it"],
  ],
  options: {
    ...FILTER_OPTIONS,
    ...PAGE_OPTIONS,
    ...LIVE_OPTIONS,
    rate: LIVE_TOP_OPTIONS.rate,
    ...OPTIONS,
  },
  async run(options, { io, provenance }) {
    const everySeconds = durationOption(options.text("every") ?? "5s", "every") / 1e9;
    const port = options.count("port", 0);
    if (port > MOST_PORT) throw new UsageError(`--port is at most ${MOST_PORT}`);
    const source = recorded(options);
    const folder = mkdtempSync(join(tmpdir(), "pyspy-serve-"));
    const capture =
      source === undefined ? resolve(io.cwd, options.files[0]!) : join(folder, "live.pspy");
    const args = reportArguments(options, io);
    const view = source === undefined ? args.view : { ...args.view, pids: [] };
    const page = new ReportPage(capture, { ...args, view, refreshSeconds: everySeconds }, folder, {
      provenance,
      io,
    });
    let close: (() => void) | undefined;
    const open = async (): Promise<void> => {
      const server = await servePage(() => page.html(), port);
      close = server.close;
      await writeStdout(`${server.url}\n`, io);
    };
    const leave = (): void => {
      close?.();
      source?.stop();
      rmSync(folder, { recursive: true, force: true });
    };
    const release = io.onInterrupt(leave);
    try {
      for await (const piece of source?.bytes ?? []) {
        await appendFile(capture, piece);
        // Until there is something to show nobody is told where.
        if (close === undefined && (await canBeMade(page))) await open();
      }
      if (close === undefined) {
        await page.html(); // says why not
        await open();
      }
      if (source !== undefined) {
        await io.stderr.write("pyspy-analyze: the recording has ended; Ctrl-C ends the page too\n");
      }
      return await new Promise<ExitCode>(() => {}); // until a signal comes
    } finally {
      release();
      leave();
    }
  },
};

function canBeMade(page: ReportPage): Promise<boolean> {
  return page.html().then(
    () => true,
    () => false,
  );
}

/** What is recorded for the page; `undefined`: somebody else records a file. */
function recorded(options: ParsedOptions): LiveSource | undefined {
  const rate = options.text("rate");
  if (options.numbers("pid").length === 0) {
    if (options.files.length === 1) return undefined;
    throw new UsageError("serve takes one capture, or processes: -p PID");
  }
  if (options.files.length > 0) throw new UsageError("a capture, or processes: not both");
  const rateHertz = rate === undefined ? {} : { rateHertz: Number(rate) };
  return agentSource({ ...liveCapture(options), ...rateHertz }, () => {});
}
