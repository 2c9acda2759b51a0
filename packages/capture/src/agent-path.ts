// SPDX-License-Identifier: MIT

import { accessSync, constants, statSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { agentHost } from "./agent-host.ts";
import type { AgentAttempt } from "./agent-missing-error.ts";
import { AgentMissingError } from "./agent-missing-error.ts";
import { isForeignProgram } from "./foreign-program.ts";

/** Where {@link agentPath} looks; what is not given is taken from this process. */
export interface AgentSearch {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The folder of @pyspy/capture. */
  readonly packageDirectory?: URL;
  readonly platform?: string;
  readonly architecture?: string;
}

const OVERRIDE = "PYSPY_CAPTURE_BINARY";

/**
 * The path of the agent's executable. Tried in this order:
 *
 * 1. the path in the environment variable PYSPY_CAPTURE_BINARY. Who sets it means that file: when
 *    it is unusable no other is taken in its place;
 * 2. the local build, native/build/pyspy-capture in this package;
 * 3. the platform package, for instance @pyspy/capture-linux-x64.
 *
 * @throws AgentMissingError with every attempt, when there is none.
 */
export function agentPath(search: AgentSearch = {}): string {
  const host = agentHost(search.platform, search.architecture);
  const attempts: AgentAttempt[] = [];

  const override = (search.environment ?? process.env)[OVERRIDE];
  if (override) {
    const problem = problemWith(override, host.architecture);
    if (problem === undefined) return override;
    attempts.push({ source: "environment", location: `${override} (${OVERRIDE})`, problem });
    throw new AgentMissingError("executable", attempts, host);
  }

  // The same relative path from src/ and from dist/.
  const folder = search.packageDirectory ?? new URL("../", import.meta.url);
  const build = fileURLToPath(new URL("native/build/pyspy-capture", folder));
  const problem = problemWith(build, host.architecture);
  if (problem === undefined) return build;
  attempts.push({ source: "local-build", location: build, problem });

  const packageName = `@pyspy/capture-${host.platform}-${host.architecture}`;
  const installed = packagedAgent(packageName, folder, host.architecture);
  if ("path" in installed) return installed.path;
  attempts.push({
    source: "platform-package",
    location: packageName,
    problem: installed.problem,
  });
  throw new AgentMissingError("executable", attempts, host);
}

function packagedAgent(
  name: string,
  from: URL,
  architecture: string,
): { path: string } | { problem: string } {
  let path: string;
  try {
    path = createRequire(new URL("package.json", from)).resolve(`${name}/bin/pyspy-capture`);
  } catch {
    return { problem: "is not installed" };
  }
  const problem = problemWith(path, architecture);
  return problem === undefined ? { path } : { problem: `${path} ${problem}` };
}

/** What keeps a path from being started, `undefined` if nothing does. */
function problemWith(path: string, architecture: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return "is not a file";
    accessSync(path, constants.X_OK);
    if (isForeignProgram(path, architecture)) return "is built for another kind of machine";
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return "does not exist";
    return code === "EACCES" ? "is not executable" : `cannot be used (${code})`;
  }
}
