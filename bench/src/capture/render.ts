// SPDX-License-Identifier: MIT

import { markdownTable } from "../markdown.ts";
import { FLAT_OUT_HERTZ } from "../peers/peer.ts";
import { NANOS_PER_SECOND } from "../processes/clock.ts";
import type { Estimate } from "../statistics/bootstrap.ts";
import { pauseText } from "../statistics/pauses.ts";
import { median, quantile } from "../statistics/quantile.ts";
import type { Cost } from "./cost.ts";
import type { Slowdown } from "./slowdown.ts";
import type { ThreadsCost } from "./threads.ts";

const NONE = "–";
/** With fewer, a machine under load, there is nothing to say. */
const FEWEST_PAIRS = 5;

export function renderCosts(costs: readonly Cost[]): string {
  const heading = [
    "recorder",
    "asked, Hz",
    "achieved, Hz",
    "missed",
    "late",
    "read again",
    "stopped",
    "pause p50",
    "unstable",
    "CPU a sample, µs",
    "the same by its own count, µs",
    "of one CPU",
    "peak memory, MB",
    "file, bytes a sample",
  ];
  return markdownTable([heading, ...costs.map(costCells)]);
}

/** A long recording: an hour at 1000 Hz has 3.6 million ticks. */
export function renderEndurance({ peer, samples, peakResidentBytes }: Cost): string {
  return (
    `${peer.name} after **${(samples / 1e6).toFixed(1)} million** samples, as fast as it goes: ` +
    `${(peakResidentBytes / 1e6).toFixed(1)} MB of memory at most.`
  );
}

function costCells(cost: Cost): string[] {
  const { own, samples } = cost;
  return [
    cost.peer.name,
    rate(cost.askedHertz),
    integer(cost.achievedHertz),
    own ? percent(own.ticksMissed / own.ticksAsked) : NONE,
    own ? percent(own.ticksLate / own.ticksAsked) : NONE,
    own ? percent(own.retries / samples) : NONE,
    own ? percent(own.stops / samples) : NONE,
    own ? pauseText(own.pauseBuckets, 0.5) : NONE,
    own ? percent(own.samplesUnstable / samples) : NONE,
    micros(cost.cpuNanosPerSample),
    own ? micros(own.cpuNanos / samples) : NONE,
    percent(cost.cpuShare),
    cost.peer.isControl ? NONE : (cost.peakResidentBytes / 1e6).toFixed(1),
    cost.peer.isControl ? NONE : cost.fileBytesPerSample.toFixed(1),
  ];
}

export function renderThreads(measured: readonly ThreadsCost[]): string {
  const heading = [
    "threads",
    "recorder",
    "asked, Hz",
    "ticks a second",
    "samples a second",
    "of one CPU",
    "CPU a tick, µs",
    "CPU a sample, µs",
    "peak memory, MB",
    "file, bytes a sample",
  ];
  const rows = measured.map(({ threads, kind, cost }) => {
    const { own } = cost;
    const ticks =
      own && ((own.ticksAsked - own.ticksMissed) * NANOS_PER_SECOND) / own.recordedNanos;
    return [
      `${threads} ${kind}`,
      cost.peer.name,
      rate(cost.askedHertz),
      ticks === undefined ? NONE : integer(ticks),
      // What others count is a tick here, a thread there.
      own ? integer(cost.achievedHertz) : NONE,
      percent(cost.cpuShare),
      ticks === undefined ? NONE : micros((cost.cpuShare * NANOS_PER_SECOND) / ticks),
      own ? micros(cost.cpuNanosPerSample) : NONE,
      (cost.peakResidentBytes / 1e6).toFixed(1),
      own ? cost.fileBytesPerSample.toFixed(2) : NONE,
    ];
  });
  return markdownTable([heading, ...rows]);
}

export function renderSlowdowns(slowdowns: readonly Slowdown[]): string {
  const control = slowdowns.find(({ treatment }) => treatment === undefined);
  const heading = [
    "recorder",
    "Hz",
    "pairs",
    "elapsed time",
    "95 % interval",
    "beside A/A",
    "CPU time",
    "95 % interval",
    "beside A/A",
  ];
  const rows = slowdowns.map(({ treatment, elapsed, cpu, pairs }) => [
    treatment?.peer.name ?? "none (A/A)",
    treatment ? rate(treatment.hertz) : NONE,
    elapsed.count < pairs ? `${elapsed.count} of ${pairs}` : String(pairs),
    ...ratioCells(elapsed, treatment && control?.elapsed),
    ...ratioCells(cpu, treatment && control?.cpu),
  ]);
  return markdownTable([heading, ...rows]);
}

/** Ratio, interval, and the same beside that of the pairs in which nothing was done. */
function ratioCells(ratio: Estimate, band: Estimate | undefined): string[] {
  if (ratio.count < FEWEST_PAIRS) return [NONE, NONE, NONE];
  const interval = `${ratio.low.toFixed(4)} – ${ratio.high.toFixed(4)}`;
  return [ratio.value.toFixed(4), interval, band ? besideBand(ratio, band) : "the band"];
}

/** Where the two intervals overlap, nothing was shown. */
function besideBand(ratio: Estimate, band: Estimate): string {
  if (ratio.low > band.high) return "slower";
  return ratio.high < band.low ? "faster" : "not distinguishable";
}

export function renderStarts(nanos: readonly number[]): string {
  const [low, high] = [quantile(nanos, 0.1), quantile(nanos, 0.9)].map(millis);
  return (
    `Start of pyspy-capture to its first sample: **${millis(median(nanos))} ms** ` +
    `(median of ${nanos.length} starts; 10 % to 90 %: ${low} to ${high} ms).`
  );
}

function rate(hertz: number): string {
  return hertz >= FLAT_OUT_HERTZ ? "flat out" : integer(hertz);
}

function integer(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function micros(nanos: number): string {
  return (nanos / 1e3).toFixed(1);
}

function millis(nanos: number): string {
  return (nanos / 1e6).toFixed(1);
}
