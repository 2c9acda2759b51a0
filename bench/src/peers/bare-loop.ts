// SPDX-License-Identifier: MIT

import { fileURLToPath } from "node:url";
import { findInterpreters } from "@pyspy/test/support/interpreters";
import type { AbsentPeer, Peer } from "./peer.ts";

const PROGRAM = fileURLToPath(new URL("../../targets/bare_loop.py", import.meta.url));
const NAME = "nothing but a timer";
/** Its sleep() is clock_nanosleep from here on. */
const OLDEST_MINOR = 11;

/** The control: a loop that sleeps at the same rate and records nothing. */
export async function bareLoop(): Promise<Peer | AbsentPeer> {
  const host = (await findInterpreters()).find(
    ({ root, minor }) => root === undefined && Number(minor.split(".")[1]) >= OLDEST_MINOR,
  );
  if (host === undefined) return { name: NAME, absent: "it wants a Python 3.11 on this system" };
  return {
    name: NAME,
    isControl: true,
    costHertz: [100, 1000, 10_000],
    slowdownHertz: [],
    threadsHertz: [],
    readyText: "ready",
    command: (_pid, rateHertz) => ({
      command: host.path,
      args: ["-E", "-S", PROGRAM, String(rateHertz)],
    }),
    recorded: (_output, printed) => ({ samples: Number(/Samples: (\d+)/.exec(printed)?.[1]) }),
  };
}
