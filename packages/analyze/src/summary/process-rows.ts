// SPDX-License-Identifier: MIT
import type { Profile } from "../model/profile.ts";
import { addRuns, emptyTotals } from "../select/totals.ts";
import type { ProcessSummary } from "./summary.ts";

export function summarizeProcesses(profile: Profile): ProcessSummary[] {
  const { samples, threads, processes } = profile;
  const totals = processes.map(emptyTotals);
  for (let run = 0; run < samples.length; run++) {
    addRuns(totals[threads[samples.thread[run]!]!.process]!, samples, run);
  }
  return processes.map((process, i) => {
    const { pid, parentPid, command, executable, python } = process;
    const version =
      python === undefined ? "" : `${python.implementation || "Python"} ${python.version}`;
    return { process: i, pid, parentPid, command, executable, python: version, totals: totals[i]! };
  });
}
