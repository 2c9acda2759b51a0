// SPDX-License-Identifier: MIT

import { topText } from "@pyspy/report";
import type { CliIo } from "../cli-io.ts";
import { writeStdout } from "../output/write-output.ts";
import type { LiveSource } from "./live-source.ts";
import { type LiveTop, readLive } from "./live-top.ts";
import { endText } from "./watch-top.ts";

const COLUMNS = 100;

/**
 * Prints a live table again and again, where there is no terminal to show it on.
 *
 * @throws what ended the stream before anything was seen; OutputError, StdoutClosedError
 */
export async function printTop(
  source: LiveSource,
  top: LiveTop,
  options: {
    readonly io: CliIo;
    readonly rows: number;
    readonly everyNanos: number;
    /** Tables after which it ends. */
    readonly count: number;
    readonly onBytes: (bytes: Uint8Array) => Promise<boolean>;
  },
): Promise<void> {
  const { io, everyNanos, count } = options;
  const size = { columns: io.stdout.columns ?? COLUMNS, rows: options.rows };
  let printed = 0;
  let printedNanos = 0;
  const print = async (): Promise<void> => {
    const lines = topText(top.input(), size).map((line) => line.trimEnd());
    await writeStdout(`${printed === 0 ? "" : "\n"}${lines.join("\n")}\n`, io);
    printed++;
  };
  const end = await readLive(source, top, async (bytes) => {
    const { elapsedNanos } = top;
    if (elapsedNanos - printedNanos >= everyNanos) {
      printedNanos = elapsedNanos;
      await print();
    }
    return (await options.onBytes(bytes)) && printed < count;
  });
  if (printed >= count) return;
  if (top.elapsedNanos > printedNanos) await print();
  await io.stderr.write(`pyspy-analyze: ${endText(end)}\n`);
}
