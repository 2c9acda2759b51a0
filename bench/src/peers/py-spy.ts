// SPDX-License-Identifier: MIT

import { execFile } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findInterpreters } from "@pyspy/test/support/interpreters";
import { cacheDirectory } from "@pyspy/test/support/python-candidates";
import type { AbsentPeer, Peer } from "./peer.ts";

const VERSION = "0.4.3";
const INSTALL_TIMEOUT_MS = 120_000;
const run = promisify(execFile);

/** py-spy as it is by default, stopping the target for each sample, and with --nonblocking. */
export async function pySpy(): Promise<readonly (Peer | AbsentPeer)[]> {
  let path: string;
  try {
    path = await install();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [{ name: `py-spy ${VERSION}`, absent: reason.trim().split("\n").at(-1) ?? "" }];
  }
  return [
    variant(path, [], { costHertz: [100, 1000], slowdownHertz: [100, 1000] }),
    variant(path, ["--nonblocking"], { costHertz: [1000], slowdownHertz: [] }),
  ];
}

function variant(
  path: string,
  options: readonly string[],
  { costHertz, slowdownHertz }: Pick<Peer, "costHertz" | "slowdownHertz">,
): Peer {
  return {
    name: [`py-spy ${VERSION}`, ...options].join(" "),
    costHertz,
    slowdownHertz,
    readyText: "Sampling process",
    command: (pid, rateHertz, output) => ({
      command: path,
      // All threads, as a capture has them.
      args: ["record", "--idle", "--format", "raw", ...options]
        .concat("--rate", String(rateHertz))
        .concat("--output", output, "--pid", String(pid)),
    }),
    recorded: (_output, printed) => {
      const samples = /Samples: (\d+)/.exec(printed)?.[1];
      if (samples === undefined) throw new Error(`py-spy did not count its samples: ${printed}`);
      return { samples: Number(samples) };
    },
  };
}

/** Puts it into a virtual environment in the cache, once. */
async function install(): Promise<string> {
  const directory = join(cacheDirectory(process.env), `peers/py-spy-${VERSION}`);
  const path = join(directory, "bin/py-spy");
  if (existsSync(path)) return path;

  const host = (await findInterpreters()).filter((one) => one.root === undefined).at(-1);
  if (host === undefined) throw new Error("no Python of this machine can install it");
  try {
    await run(host.path, ["-m", "venv", directory], { timeout: INSTALL_TIMEOUT_MS });
    const arguments_ = ["-m", "pip", "install", "--quiet", `py-spy==${VERSION}`];
    await run(join(directory, "bin/python"), arguments_, { timeout: INSTALL_TIMEOUT_MS });
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  return path;
}
