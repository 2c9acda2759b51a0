// SPDX-License-Identifier: MIT

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const VERSION = "0.12.8";

/** Where inferno-flamegraph is, which is built the first time; "" where there is no cargo. */
export function findInferno(): string {
  const cache =
    process.env["PYSPY_CACHE"] ??
    join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "pyspy");
  const root = join(cache, "peers", `inferno-${VERSION}`);
  const program = join(root, "bin", "inferno-flamegraph");
  if (existsSync(program)) return program;
  try {
    const args = ["install", "inferno", "--version", VERSION, "--root", root, "--quiet"];
    execFileSync("cargo", args, { stdio: ["ignore", "ignore", "inherit"] });
    return program;
  } catch {
    return "";
  }
}
