// SPDX-License-Identifier: MIT
/** Other recorders, as PyPI has them: to compare ours with. */

import { execFile } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findInterpreters } from "./interpreters.ts";
import { cacheDirectory } from "./python-candidates.ts";

export const PY_SPY_VERSION = "0.4.3";
export const AUSTIN_VERSION = "4.0.0";
const INSTALL_TIMEOUT_MS = 120_000;
const run = promisify(execFile);

/** The path of py-spy. @throws what pip says, for instance without a network. */
export function installPySpy(): Promise<string> {
  return install("py-spy", "py-spy", PY_SPY_VERSION);
}

/** The path of austin, which wants glibc 2.38. @throws what pip says, for instance without a network. */
export function installAustin(): Promise<string> {
  return install("austin", "austin-dist", AUSTIN_VERSION);
}

/** Puts a package into a virtual environment in the cache, once. Returns the path of its program. */
async function install(program: string, name: string, version: string): Promise<string> {
  const directory = join(cacheDirectory(process.env), `peers/${program}-${version}`);
  const path = join(directory, "bin", program);
  if (existsSync(path)) return path;

  const host = (await findInterpreters()).filter((one) => one.root === undefined).at(-1);
  if (host === undefined) throw new Error("no Python of this machine can install it");
  try {
    await run(host.path, ["-m", "venv", directory], { timeout: INSTALL_TIMEOUT_MS });
    const arguments_ = ["-m", "pip", "install", "--quiet", `${name}==${version}`];
    await run(join(directory, "bin/python"), arguments_, { timeout: INSTALL_TIMEOUT_MS });
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  return path;
}
