// SPDX-License-Identifier: MIT

import type { CliIo, OutputSink } from "../cli-io.ts";

/**
 * Whether text for this sink may be coloured. What the environment asks for goes first: NO_COLOR
 * (no-color.org), then CLICOLOR_FORCE, then CLICOLOR=0 (bixense.com/clicolors); else a terminal that
 * can.
 */
export function wantsColor(sink: OutputSink, env: CliIo["env"]): boolean {
  if (env["NO_COLOR"]) return false;
  if (env["CLICOLOR_FORCE"] && env["CLICOLOR_FORCE"] !== "0") return true;
  if (env["CLICOLOR"] === "0") return false;
  return sink.isTTY && env["TERM"] !== "dumb";
}
