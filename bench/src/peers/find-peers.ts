// SPDX-License-Identifier: MIT

import { austin } from "./austin.ts";
import { bareLoop } from "./bare-loop.ts";
import type { AbsentPeer, Peer } from "./peer.ts";
import { profilingSampling } from "./profiling-sampling.ts";
import { pySpy } from "./py-spy.ts";
import { pyspyCapture } from "./pyspy-capture.ts";

export interface Peers {
  /** Ours first, the control last. */
  readonly present: readonly Peer[];
  readonly absent: readonly AbsentPeer[];
}

/**
 * What can be compared here.
 *
 * @throws AgentMissingError when our own agent has not been built.
 */
export async function findPeers(): Promise<Peers> {
  const others = [...(await pySpy()), await austin(), await profilingSampling()];
  const all = [...pyspyCapture(), ...others, await bareLoop()];
  return {
    present: all.filter((one): one is Peer => !("absent" in one)),
    absent: all.filter((one): one is AbsentPeer => "absent" in one),
  };
}
