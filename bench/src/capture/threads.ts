// SPDX-License-Identifier: MIT

import type { Interpreter } from "@pyspy/test/support/interpreters";
import type { Peer } from "../peers/peer.ts";
import { BenchTarget } from "../processes/bench-target.ts";
import { shuffled } from "../statistics/shuffled.ts";
import { type Cost, measureCost } from "./cost.ts";

export interface ThreadsCost {
  readonly kind: ThreadsKind;
  readonly threads: number;
  readonly cost: Cost;
}

type ThreadsKind = "busy" | "idle";

const TARGETS: readonly (readonly [ThreadsKind, number])[] = [
  ["busy", 10],
  ["idle", 100],
  ["idle", 500],
];
const SECONDS = 2;

/** What it costs to record many threads that contend for the GIL, or wait. */
export async function measureThreads(
  python: Interpreter,
  peers: readonly Peer[],
  cpu: string,
  folder: string,
): Promise<ThreadsCost[]> {
  const costs: ThreadsCost[] = [];
  for (const [kind, threads] of TARGETS) {
    const target = await BenchTarget.start(python, "threads", [kind, threads], cpu);
    const runs = peers.flatMap((peer) => peer.threadsHertz.map((hertz) => ({ peer, hertz })));
    const measured: ThreadsCost[] = [];
    for (const { peer, hertz } of shuffled(runs)) {
      const cost = await measureCost(peer, target.pid, hertz, SECONDS, folder);
      measured.push({ kind, threads, cost });
    }
    await target.finish();
    measured.sort(
      (a, b) =>
        peers.indexOf(a.cost.peer) - peers.indexOf(b.cost.peer) ||
        a.cost.askedHertz - b.cost.askedHertz,
    );
    costs.push(...measured);
  }
  return costs;
}
