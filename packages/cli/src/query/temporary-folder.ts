// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CliIo } from "../cli-io.ts";

/** Does something with a directory of its own, which goes away with all that is in it, whatever happens. */
export async function withTemporaryFolder<T>(
  io: CliIo,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "pyspy-analyze-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const release = io.onInterrupt(remove);
  try {
    return await use(folder);
  } finally {
    release();
    remove();
  }
}
