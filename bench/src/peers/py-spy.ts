// SPDX-License-Identifier: MIT

import { installPySpy, PY_SPY_VERSION } from "@pyspy/test/support/py-spy";
import type { AbsentPeer, Peer } from "./peer.ts";

/** py-spy as it is by default, stopping the target for each sample, with --nonblocking, and --native. */
export async function pySpy(): Promise<readonly (Peer | AbsentPeer)[]> {
  let path: string;
  try {
    path = await installPySpy();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [{ name: `py-spy ${PY_SPY_VERSION}`, absent: reason.trim().split("\n").at(-1) ?? "" }];
  }
  return [
    variant(path, [], { costHertz: [100, 1000], slowdownHertz: [100, 1000] }),
    variant(path, ["--nonblocking"], { costHertz: [1000], slowdownHertz: [] }),
    variant(path, ["--native"], { costHertz: [100, 1000], slowdownHertz: [100, 1000] }),
  ];
}

function variant(
  path: string,
  options: readonly string[],
  { costHertz, slowdownHertz }: Pick<Peer, "costHertz" | "slowdownHertz">,
): Peer {
  return {
    name: [`py-spy ${PY_SPY_VERSION}`, ...options].join(" "),
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
