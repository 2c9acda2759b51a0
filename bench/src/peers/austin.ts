// SPDX-License-Identifier: MIT

import { newestDebianRoot, withLibrariesOf } from "@pyspy/test/support/debian-libraries";
import { AUSTIN_VERSION, installAustin } from "@pyspy/test/support/peer-programs";
import { type AbsentPeer, absentBecause, type Peer } from "./peer.ts";

const NAME = `austin ${AUSTIN_VERSION}`;
const MICROS_PER_SECOND = 1e6;

/** austin, which reads without stopping the target and drops what it notices to be wrong. */
export async function austin(): Promise<Peer | AbsentPeer> {
  try {
    const path = await installAustin();
    const { root } = await newestDebianRoot();
    return {
      name: NAME,
      costHertz: [100, 1000, 10_000],
      slowdownHertz: [100, 1000],
      threadsHertz: [1000],
      readyText: "version:",
      command: (pid, rateHertz, output) =>
        withLibrariesOf(root, {
          command: path,
          args: ["--interval", `${MICROS_PER_SECOND / rateHertz}us`]
            .concat("--output", output)
            .concat("--pid", String(pid)),
        }),
      recorded: (_output, printed) => {
        const samples = /Error rate.*\/(\d+)/.exec(printed)?.[1];
        if (samples === undefined) throw new Error(`${NAME} did not count its samples`);
        return { samples: Number(samples) };
      },
    };
  } catch (error) {
    return absentBecause(NAME, error);
  }
}
