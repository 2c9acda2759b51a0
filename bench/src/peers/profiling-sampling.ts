// SPDX-License-Identifier: MIT

import { newestDebianRoot, withLibrariesOf } from "@pyspy/test/support/debian-libraries";
import { type AbsentPeer, absentBecause, type Peer } from "./peer.ts";

const NAME = "profiling.sampling";

/** The sampler of CPython 3.15's own library, all threads, to its binary format. It records 3.15 only. */
export async function profilingSampling(): Promise<Peer | AbsentPeer> {
  try {
    const { root, python } = await newestDebianRoot();
    return {
      name: NAME,
      costHertz: [100, 1000, 10_000],
      slowdownHertz: [100, 1000],
      threadsHertz: [1000],
      // It says nothing, but makes its file when it has attached.
      readyText: undefined,
      command: (pid, rateHertz, output) => {
        const { command, args } = withLibrariesOf(root, {
          command: root + python,
          args: ["-m", "profiling.sampling", "attach", "--all-threads", "--binary"]
            .concat("--sampling-rate", String(rateHertz))
            .concat("--output", output, String(pid)),
        });
        return { command: "env", args: [`PYTHONHOME=${root}/usr`, command, ...args] };
      },
      recorded: (_output, printed) => {
        const samples = /Captured ([\d,]+) samples/.exec(printed)?.[1];
        if (samples === undefined) throw new Error(`${NAME} did not count its samples`);
        return { samples: Number(samples.replaceAll(",", "")) };
      },
    };
  } catch (error) {
    return absentBecause(NAME, error);
  }
}
