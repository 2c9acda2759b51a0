// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./until.ts";
import { runViewer, viewerPath } from "./viewers.ts";

/** The Firefox Profiler with a profile loaded. */
export interface FirefoxProfiler {
  /** The answer of a command as JSON: `ask("thread", "functions", "--thread", "t-0")`. */
  ask<T>(...command: readonly string[]): T;
}

/**
 * Loads a file and hands the profiler to `use`. The profiler runs as a daemon of its own, whose
 * files and sockets are in a home directory that nobody else has.
 *
 * @throws Error with the profiler's complaint about a file that it cannot load.
 */
export async function withFirefoxProfiler<T>(
  file: string,
  use: (profiler: FirefoxProfiler) => T | Promise<T>,
): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), "pyspy-firefox-"));
  const program = viewerPath("firefox-profiler");
  const run = (...args: readonly string[]): string =>
    runViewer(process.execPath, [program, ...args], home);
  try {
    try {
      run("load", file);
    } catch (error) {
      // It gives itself half a second to get ready, which is not always enough; a file that it
      // refuses is another matter.
      if (!`${error}`.includes("did not become ready")) throw error;
    }
    const profiler: FirefoxProfiler = {
      ask: (...command) => JSON.parse(run(...command, "--json")),
    };
    await until(() => {
      try {
        profiler.ask("profile", "info");
        return true;
      } catch {
        return false;
      }
    });
    return await use(profiler);
  } finally {
    try {
      run("stop", "--all");
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  }
}
