// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import { readCapture } from "@pyspy/analyze";
import { agentPath } from "@pyspy/capture";
import { FLAT_OUT_HERTZ, type Peer, type Recorded } from "./peer.ts";

/**
 * The agent as it is by default, stopping the thread for each sample, and with native stacks.
 *
 * @throws AgentMissingError when it has not been built.
 */
export function pyspyCapture(): readonly Peer[] {
  const costHertz = [100, 1000, 10_000, FLAT_OUT_HERTZ];
  return [
    variant([], { costHertz, slowdownHertz: costHertz, threadsHertz: [1000, FLAT_OUT_HERTZ] }),
    variant(["--blocking"], { costHertz: [1000], slowdownHertz: [1000], threadsHertz: [] }),
    variant(["--native"], { costHertz: [100, 1000], slowdownHertz: [100, 1000], threadsHertz: [] }),
  ];
}

function variant(
  options: readonly string[],
  rates: Pick<Peer, "costHertz" | "slowdownHertz" | "threadsHertz">,
): Peer {
  const path = agentPath();
  return {
    name: ["pyspy-capture", ...options].join(" "),
    ...rates,
    readyText: "pyspy-capture: recording",
    command: (pid, rateHertz, output) => ({
      command: path,
      // By default it would lower a rate that takes more than half a CPU.
      args: [...options, "--max-cpu", "100", "-p", String(pid)]
        .concat("-r", String(rateHertz))
        .concat("-o", output, "--force"),
    }),
    recorded: (output) => readOutcome(output),
  };
}

function readOutcome(output: string): Recorded {
  const profile = readCapture(readFileSync(output));
  const recording = profile.recordings[0];
  const counters = recording?.counters;
  if (recording === undefined || counters === undefined) throw new Error(`${output} is not whole`);
  return {
    samples: Number(counters.samples),
    own: {
      ticksAsked: Number(counters.ticksAsked),
      ticksMissed: Number(counters.ticksMissed),
      ticksLate: Number(counters.ticksLate),
      samplesUnstable: Number(counters.samplesUnstable),
      retries: Number(counters.retries),
      stops: Number(counters.stops),
      pauseBuckets: (counters.pauseNanos?.bucket ?? []).map(Number),
      cpuNanos: Number(counters.agentCpuNanos),
      recordedNanos: recording.endNanos - recording.startNanos,
    },
  };
}
