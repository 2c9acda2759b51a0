// SPDX-License-Identifier: MIT

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { OwnCounts, Peer } from "../peers/peer.ts";
import { monotonicNanos, NANOS_PER_SECOND } from "../processes/clock.ts";
import { RunningPeer } from "../processes/running-peer.ts";
import { cpuNanos, peakResidentBytes } from "../processes/usage.ts";

/** What one recording cost the recorder. */
export interface Cost {
  readonly peer: Peer;
  readonly askedHertz: number;
  readonly samples: number;
  readonly achievedHertz: number;
  /** CPU time a sample once it samples, as the kernel counts it. */
  readonly cpuNanosPerSample: number;
  /** Share of one CPU, meanwhile. */
  readonly cpuShare: number;
  readonly peakResidentBytes: number;
  readonly fileBytesPerSample: number;
  readonly own: OwnCounts | undefined;
}

/** It has read names and code objects by then, and what it prints has been read here. */
const SETTLE_MS = 200;

export async function measureCost(
  peer: Peer,
  pid: number,
  askedHertz: number,
  seconds: number,
  folder: string,
): Promise<Cost> {
  const running = await RunningPeer.start(peer, pid, askedHertz, join(folder, "cost"));
  await sleep(SETTLE_MS);
  const startNanos = monotonicNanos();
  const cpuAtStart = cpuNanos(running.pid);
  await sleep(seconds * 1000);
  const cpu = cpuNanos(running.pid) - cpuAtStart;
  const endNanos = monotonicNanos();
  const resident = peakResidentBytes(running.pid);
  await running.stop();
  const recorded = running.recording();

  const recordedNanos = recorded.own?.recordedNanos ?? endNanos - running.readyNanos;
  const achievedHertz = (recorded.samples * NANOS_PER_SECOND) / recordedNanos;
  const samplesMeanwhile = (achievedHertz * (endNanos - startNanos)) / NANOS_PER_SECOND;
  return {
    peer,
    askedHertz,
    samples: recorded.samples,
    achievedHertz,
    cpuNanosPerSample: cpu / samplesMeanwhile,
    cpuShare: cpu / (endNanos - startNanos),
    peakResidentBytes: resident,
    fileBytesPerSample: recorded.fileBytes / recorded.samples,
    own: recorded.own,
  };
}
