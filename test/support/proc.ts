// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { expect } from "vitest";
import { until } from "./until.ts";

/** A field of /proc/PID/status, proc(5): `statusField(1, "TracerPid")`. */
export function statusField(pid: number, name: string): string {
  const text = readFileSync(`/proc/${pid}/status`, "latin1");
  const line = text.split("\n").find((one) => one.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim() ?? "";
}

/** The processes that a process has started and that still are. */
export function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1");
  return text.trim().split(" ").filter(Boolean).map(Number);
}

/** Ids of the threads of a process. */
export function threadsOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map(Number);
}

/** Waits until its main thread is in read(2) of its standard input: where a sample that stands ends up. */
export async function readsInput(pid: number): Promise<void> {
  await until(() => readFileSync(`/proc/${pid}/syscall`, "latin1").startsWith("0 0x0 "));
}

/** Nobody may trace it, and it may not stand still: neither stopped nor at a tracer's stop. */
export function expectUnharmed(pid: number): void {
  expect(statusField(pid, "TracerPid")).toBe("0");
  expect(statusField(pid, "State")).toMatch(/^[RSD] /);
}

/**
 * Whether the kernel tells us of all births: we are root, and in the namespaces that it began with
 * (include/linux/proc_ns.h).
 */
export const isToldOfBirths: boolean =
  process.getuid?.() === 0 &&
  readlinkSync("/proc/self/ns/pid") === "pid:[4026531836]" &&
  readlinkSync("/proc/self/ns/user") === "user:[4026531837]";
