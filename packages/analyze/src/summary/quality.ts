// SPDX-License-Identifier: MIT
import type { Counters } from "@pyspy/schemas";
import type { Profile } from "../model/profile.ts";
import { hasPythonStack } from "../select/states.ts";
import type { QualitySummary } from "./summary.ts";

/** What was recorded does not change, whatever is asked of it. */
const summaries = new WeakMap<Profile, QualitySummary>();

export function summarizeQuality(profile: Profile): QualitySummary {
  const known = summaries.get(profile);
  if (known !== undefined) return known;
  const summary = addUp(profile);
  summaries.set(profile, summary);
  return summary;
}

function addUp(profile: Profile): QualitySummary {
  const { recordings, samples, damage } = profile;
  const counters = recordings.flatMap((recording) => recording.counters ?? []);
  const sum = (value: (counters: Counters) => bigint | undefined): number =>
    counters.reduce((total, one) => total + Number(value(one) ?? 0n), 0);
  const largest = (value: (counters: Counters) => bigint | undefined): number =>
    counters.reduce((most, one) => Math.max(most, Number(value(one) ?? 0n)), 0);

  let observed = 0;
  let samplesWithoutStack = 0;
  for (let run = 0; run < samples.length; run++) {
    observed += samples.ticks[run]!;
    if (!hasPythonStack(samples, run)) samplesWithoutStack += samples.ticks[run]!;
  }
  return {
    ticksAsked: sum((c) => c.ticksAsked),
    ticksTaken: sum((c) => c.ticksTaken),
    ticksLate: sum((c) => c.ticksLate),
    ticksMissed: sum((c) => c.ticksMissed),
    samples: observed,
    samplesFailed: sum((c) => c.samplesFailed),
    samplesUnstable: sum((c) => c.samplesUnstable),
    samplesTruncated: sum((c) => c.samplesTruncated),
    samplesWithoutStack,
    samplesUnsupported: recordings.reduce((total, one) => total + one.unsupportedSamples, 0),
    retries: sum((c) => c.retries),
    stops: sum((c) => c.stops),
    stopsTimedOut: sum((c) => c.stopsTimedOut),
    pauseNanos: sum((c) => c.pauseNanos?.sum),
    longestPauseNanos: largest((c) => c.pauseNanos?.maximum),
    agentCpuNanos: sum((c) => c.agentCpuNanos),
    agentRssBytes: largest((c) => c.agentRssBytes),
    unobservedNanos: recordings.reduce((total, one) => total + one.unobservedNanos, 0),
    damage,
  };
}
