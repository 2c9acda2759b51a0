// SPDX-License-Identifier: MIT

import { type FileHandle, open } from "node:fs/promises";
import { resolve } from "node:path";
import type { CliIo } from "../cli-io.ts";
import { OutputError } from "../errors.ts";
import { wantsColor } from "../options/colors.ts";
import { durationOption } from "../options/duration.ts";
import { byLine, filterView } from "../options/filter-options.ts";
import type { ParsedOptions } from "../options/parsed-options.ts";
import { rowLimit } from "../options/row-options.ts";
import { checkTarget } from "../output/write-output.ts";
import type { LiveSource } from "./live-source.ts";
import { LiveTop } from "./live-top.ts";
import { printTop } from "./print-top.ts";
import { watchTop } from "./watch-top.ts";

/**
 * Shows a live table of a source as the options want it: on the terminal, or as text.
 *
 * @throws CaptureError, AgentMissingError, InputError, UsageError, OutputError
 */
export async function runTop(options: ParsedOptions, source: LiveSource, io: CliIo): Promise<void> {
  const filters = { ...filterView(options, io), pids: [] };
  const unit = options.text("by") === "line" && byLine(options) ? "line" : "function";
  const sort = options.text("sort") === "total" ? "totalNow" : "selfNow";
  const everyNanos = durationOption(options.text("every") ?? "1s", "every");
  const count = options.count("count", Number.POSITIVE_INFINITY);
  const terminal = options.flag("plain") ? undefined : io.terminal();
  const save = await openSave(options.text("save"), io);
  const onBytes = async (bytes: Uint8Array): Promise<boolean> => {
    await save?.write(bytes);
    return true;
  };
  const top = new LiveTop(filters, { unit, sort });
  try {
    if (terminal !== undefined) {
      await watchTop(source, top, terminal, { io, color: wantsColor(io.stdout, io.env), onBytes });
    } else {
      await printTop(source, top, { io, rows: rowLimit(options), everyNanos, count, onBytes });
    }
  } finally {
    await save?.close();
  }
}

interface Save {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** The file that gets what is seen, as a capture. */
async function openSave(path: string | undefined, io: CliIo): Promise<Save | undefined> {
  if (path === undefined) return undefined;
  checkTarget({ kind: "file", path, named: false }, [], io);
  const failed = (cause: unknown): never => {
    throw new OutputError(path, `cannot write ${path}`, { cause });
  };
  const file: FileHandle = await open(resolve(io.cwd, path), "w", 0o600).catch(failed);
  return {
    write: async (bytes) => void (await file.writeFile(bytes).catch(failed)),
    close: () => file.close(),
  };
}
