// SPDX-License-Identifier: MIT

import { execFileSync } from "node:child_process";

/** What a program took from its start to its end. */
export interface RunCost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** Node cannot ask the kernel what a child has used; Python can. */
const WAIT = `
import json, os, resource, subprocess, sys, time
start = time.monotonic()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
sys.stderr.buffer.write(done.stderr if done.returncode else b"")
json.dump({"status": done.returncode, "seconds": time.monotonic() - start,
           "cpuSeconds": usage.ru_utime + usage.ru_stime, "peakBytes": usage.ru_maxrss * 1024}, sys.stdout)
`;

/**
 * Runs a program to its end.
 *
 * @throws Error when it fails.
 */
export function measuredRun(command: string, args: readonly string[]): RunCost {
  const text = execFileSync("python3", ["-c", WAIT, command, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { status, ...cost } = JSON.parse(text) as RunCost & { status: number };
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}`);
  return cost;
}
