// SPDX-License-Identifier: MIT

import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCapture } from "@pyspy/analyze";
import { machineClass, noise } from "../processes/machine.ts";
import { measureAnalyzer } from "./measure-analyzer.ts";
import { writeFleet } from "./simulated-fleet.ts";

export interface FleetBenchOptions {
  readonly files: number;
  /** Says what is being done. */
  readonly progress: (text: string) => void;
}

/** Measures what merging the captures of a fleet takes, and asking all of them. Returns Markdown. */
export async function benchFleet({ files, progress }: FleetBenchOptions): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "pyspy-bench-"));
  const before = noise();
  try {
    progress(`writing ${files} captures`);
    const fleet = join(folder, "fleet");
    writeFleet(fleet, files);
    const merged = join(folder, "all.pspy");
    const steps: [string, string[]][] = [
      [
        "`merge` of a directory, with labels",
        ["merge", fleet, "-o", merged, "--label-from", "/(?<rack>rack-\\d+)/(?<host>pod-\\d+)"],
      ],
      ["`summary` of the merge", ["summary", merged]],
      ["`summary` of the directory", ["summary", fleet]],
      ["`top --label rack=rack-7$`", ["top", merged, "--label", "rack=rack-7$"]],
      ["`processes`", ["processes", merged]],
      ["flame graph by role", [merged, "--roles", "-o", join(folder, "all.svg")]],
      ["pprof", [merged, "-f", "pprof", "-o", join(folder, "all.pb.gz")]],
    ];
    const table = await measureAnalyzer(steps, progress);
    const size = (statSync(merged).size / 1e6).toFixed(0);
    const { recordings, processes, threads, samples } = readCapture(readFileSync(merged));
    const counted = samples.ticks.reduce((sum, ticks) => sum + ticks, 0);
    const load = `${before.load.toFixed(1)} before, ${noise().load.toFixed(1)} after`;
    return `- Machine: ${machineClass()}. Load average ${load}.
- ${files.toLocaleString("en")} captures in 50 directories, which are one real recording with other starts, ids and hosts: together
  ${size} MB, ${recordings.length.toLocaleString("en")} recordings, ${processes.length.toLocaleString("en")} processes, ${threads.length.toLocaleString("en")} threads, ${counted.toLocaleString("en")} samples in
  ${samples.length.toLocaleString("en")} runs.

${table}
`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
