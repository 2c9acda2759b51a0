// SPDX-License-Identifier: MIT

import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineClass, noise } from "../processes/machine.ts";
import type { FleetBenchOptions } from "./fleet-bench.ts";
import { measureAnalyzer } from "./measure-analyzer.ts";
import { writeFleet } from "./simulated-fleet.ts";

/** Measures what it takes to ask the captures of a fleet with SQL, and to write them as Parquet. Returns Markdown. */
export async function benchQuery({ files, progress }: FleetBenchOptions): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "pyspy-bench-"));
  const before = noise();
  try {
    progress(`writing ${files} captures`);
    const fleet = join(folder, "fleet");
    writeFleet(fleet, files);
    const parquet = join(folder, "all.parquet");
    const steps: [string, string[]][] = [
      ["`query --name top-functions`", ["query", fleet, "--name", "top-functions"]],
      [
        "`query`, samples by state of the GIL",
        ["query", fleet, "SELECT gil, sum(samples), sum(wall_ns) FROM samples GROUP BY gil"],
      ],
      ["`-f parquet`", [fleet, "-o", parquet]],
    ];
    const table = await measureAnalyzer(steps, progress);
    const [captured, written] = [sizeOf(fleet), sizeOf(parquet)];
    const load = `${before.load.toFixed(1)} before, ${noise().load.toFixed(1)} after`;
    return `- Machine: ${machineClass()}. Load average ${load}.
- ${files.toLocaleString("en")} captures, as above, of ${captured.megabytes} MB; as Parquet ${written.megabytes} MB in ${written.files} files.

${table}
`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sizeOf(folder: string): { readonly files: number; readonly megabytes: string } {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
  const bytes = found.reduce((sum, size) => sum + size, 0);
  return { files: found.length, megabytes: (bytes / 1e6).toFixed(0) };
}
