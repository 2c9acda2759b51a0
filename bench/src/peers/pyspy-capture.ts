// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import { readCapture } from "@pyspy/analyze";
import { agentPath } from "@pyspy/capture";
import { FLAT_OUT_HERTZ, type Peer, type Recorded } from "./peer.ts";

/**
 * The agent as it is by default, and with native stacks.
 *
 * @throws AgentMissingError when it has not been built.
 */
export function pyspyCapture(): readonly Peer[] {
  const rates = [100, 1000, 10_000, FLAT_OUT_HERTZ];
  return [variant([], rates), variant(["--native"], [100, 1000])];
}

function variant(options: readonly string[], rates: readonly number[]): Peer {
  const path = agentPath();
  return {
    name: ["pyspy-capture", ...options].join(" "),
    costHertz: rates,
    slowdownHertz: rates,
    readyText: "pyspy-capture: recording",
    command: (pid, rateHertz, output) => ({
      command: path,
      args: [...options, "-p", String(pid), "-r", String(rateHertz), "-o", output, "--force"],
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
      cpuNanos: Number(counters.agentCpuNanos),
      recordedNanos: recording.endNanos - recording.startNanos,
    },
  };
}
