// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import { arch, cpus, loadavg, release } from "node:os";
import { NANOS_PER_SECOND } from "./clock.ts";

/** The class of the machine, in words that name no host. */
export function machineClass(): string {
  const isVirtual = /^flags\s*:.*\bhypervisor\b/m.test(readFileSync("/proc/cpuinfo", "latin1"));
  const kernel = release().split(".").slice(0, 2).join(".");
  const kind = isVirtual ? "of a shared virtual machine" : "of a machine";
  return `${cpus().length} cores ${kind} (${cpus()[0]?.model.trim() ?? arch()}), Linux ${kernel}`;
}

/** What else went on: to be asked before and after. */
export interface Noise {
  /** Programs that ran or wanted to, mean over the last minute. */
  readonly load: number;
  /** Time in which another guest had our CPU, since boot. */
  readonly stolenNanos: number;
}

export function noise(): Noise {
  // "cpu user nice system idle iowait irq softirq steal ...", in hundredths of a second: proc(5).
  const cpu = readFileSync("/proc/stat", "latin1").split("\n")[0]?.trim().split(/\s+/) ?? [];
  return { load: loadavg()[0] ?? 0, stolenNanos: (Number(cpu[8] ?? 0) * NANOS_PER_SECOND) / 100 };
}
