// SPDX-License-Identifier: MIT

import { UsageError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { growingFileSource } from "../live/live-source.ts";
import { runTop } from "../live/run-top.ts";
import { FILTER_OPTIONS } from "../options/filter-options.ts";
import { LIVE_TOP_OPTIONS } from "../options/live-options.ts";
import { ROW_OPTIONS } from "../options/row-options.ts";
import type { Command } from "./command.ts";

export const follow: Command = {
  name: "follow",
  description: "the live screen of a recording that is being written",
  details:
    "As top -p PID shows it, from the beginning of the file on, until the recording says that it ends.",
  examples: [["run.pspy", "while pyspy-capture -o run.pspy is at work"]],
  options: { ...LIVE_TOP_OPTIONS, ...ROW_OPTIONS, ...FILTER_OPTIONS },
  async run(options, { io }) {
    const [file, ...others] = options.files;
    if (file === undefined || others.length > 0) throw new UsageError("follow takes one capture");
    await runTop(options, growingFileSource(file, io), io);
    return ExitCode.OK;
  },
};
