// SPDX-License-Identifier: MIT

import type { View } from "@pyspy/analyze";
import type { Provenance } from "@pyspy/report";
import type { CliIo } from "../cli-io.ts";
import { reportLeftOut } from "../notices.ts";
import type { OutputTarget } from "../output/output-target.ts";
import { writeStdout } from "../output/write-output.ts";
import { CaptureDatabase } from "../query/capture-database.ts";
import { loadCaptures } from "../query/load-captures.ts";
import { withTemporaryFolder } from "../query/temporary-folder.ts";
import { ParquetDataset } from "./parquet-dataset.ts";
import { folderTarget, writeFolderWhole } from "./write-folder.ts";

/** For a part of the rows of a file, which are all in memory until it is written. */
const MEMORY_BYTES = 2e9;

/**
 * Writes the tables of captures as a directory of Parquet files.
 *
 * @throws UsageError, InputError, IncompatibleInputsError, OutputError, QueryEngineMissingError
 */
export async function exportParquet(
  inputs: readonly [string, ...string[]],
  view: View,
  wanted: OutputTarget,
  provenance: Provenance,
  io: CliIo,
): Promise<void> {
  const target = folderTarget(wanted, io);
  await withTemporaryFolder(io, async (spill) => {
    const database = await CaptureDatabase.open({ memoryBytes: MEMORY_BYTES, folder: spill });
    try {
      await writeFolderWhole(target, io, async (folder) => {
        const dataset = new ParquetDataset(database, folder, provenance);
        const { summary } = await loadCaptures(database, inputs, view, io, (rows) =>
          dataset.added(rows),
        );
        await dataset.finish();
        await reportLeftOut(summary, io);
      });
    } finally {
      database.close();
    }
  });
  if (target.named) await writeStdout(`${target.path}\n`, io);
}
