// SPDX-License-Identifier: MIT
import { create } from "@bufbuild/protobuf";
import { type Counters, CountersSchema, type Histogram, HistogramSchema } from "@pyspy/schemas";

/** Counters of two stretches of a recording taken together. */
export function addCounters(a: Counters, b: Counters): Counters {
  return create(CountersSchema, {
    ticksAsked: a.ticksAsked + b.ticksAsked,
    ticksTaken: a.ticksTaken + b.ticksTaken,
    ticksLate: a.ticksLate + b.ticksLate,
    ticksMissed: a.ticksMissed + b.ticksMissed,
    samples: a.samples + b.samples,
    samplesFailed: a.samplesFailed + b.samplesFailed,
    samplesUnstable: a.samplesUnstable + b.samplesUnstable,
    samplesTruncated: a.samplesTruncated + b.samplesTruncated,
    retries: a.retries + b.retries,
    stops: a.stops + b.stops,
    stopsTimedOut: a.stopsTimedOut + b.stopsTimedOut,
    pauseNanos: addHistograms(a.pauseNanos, b.pauseNanos),
    reads: a.reads + b.reads,
    bytesRead: a.bytesRead + b.bytesRead,
    agentCpuNanos: a.agentCpuNanos + b.agentCpuNanos,
    // A peak, and not a sum.
    agentRssBytes: larger(a.agentRssBytes, b.agentRssBytes),
    codeObjectsReplaced: a.codeObjectsReplaced + b.codeObjectsReplaced,
  });
}

function addHistograms(a: Histogram | undefined, b: Histogram | undefined): Histogram {
  const [first, second] = [a?.bucket ?? [], b?.bucket ?? []];
  const [longer, shorter] = first.length >= second.length ? [first, second] : [second, first];
  return create(HistogramSchema, {
    bucket: longer.map((count, i) => count + (shorter[i] ?? 0n)),
    sum: (a?.sum ?? 0n) + (b?.sum ?? 0n),
    maximum: larger(a?.maximum ?? 0n, b?.maximum ?? 0n),
  });
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
