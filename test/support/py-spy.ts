// SPDX-License-Identifier: MIT

import { execFile } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findInterpreters } from "./interpreters.ts";
import { cacheDirectory } from "./python-candidates.ts";

export const PY_SPY_VERSION = "0.4.3";
const INSTALL_TIMEOUT_MS = 120_000;
const run = promisify(execFile);

/**
 * Its path. Puts it into a virtual environment in the cache, once.
 *
 * @throws what pip says, for instance without a network.
 */
export async function installPySpy(): Promise<string> {
  const directory = join(cacheDirectory(process.env), `peers/py-spy-${PY_SPY_VERSION}`);
  const path = join(directory, "bin/py-spy");
  if (existsSync(path)) return path;

  const host = (await findInterpreters()).filter((one) => one.root === undefined).at(-1);
  if (host === undefined) throw new Error("no Python of this machine can install it");
  try {
    await run(host.path, ["-m", "venv", directory], { timeout: INSTALL_TIMEOUT_MS });
    const arguments_ = ["-m", "pip", "install", "--quiet", `py-spy==${PY_SPY_VERSION}`];
    await run(join(directory, "bin/python"), arguments_, { timeout: INSTALL_TIMEOUT_MS });
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  return path;
}
