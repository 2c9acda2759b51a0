// SPDX-License-Identifier: MIT

import { installPySpy, PY_SPY_VERSION } from "@pyspy/test/support/peer-programs";
import { type AbsentPeer, absentBecause, type Peer } from "./peer.ts";

/** py-spy as it is by default, stopping the target for each sample, with --nonblocking, and --native. */
export async function pySpy(): Promise<readonly (Peer | AbsentPeer)[]> {
  let path: string;
  try {
    path = await installPySpy();
  } catch (error) {
    return [absentBecause(`py-spy ${PY_SPY_VERSION}`, error)];
  }
  const rates = [100, 1000];
  return [
    variant(path, [], { costHertz: rates, slowdownHertz: rates, threadsHertz: [1000] }),
    variant(path, ["--nonblocking"], {
      costHertz: [1000],
      slowdownHertz: [1000],
      threadsHertz: [],
    }),
    variant(path, ["--native"], { costHertz: rates, slowdownHertz: rates, threadsHertz: [] }),
  ];
}

function variant(
  path: string,
  options: readonly string[],
  rates: Pick<Peer, "costHertz" | "slowdownHertz" | "threadsHertz">,
): Peer {
  return {
    name: [`py-spy ${PY_SPY_VERSION}`, ...options].join(" "),
    ...rates,
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
