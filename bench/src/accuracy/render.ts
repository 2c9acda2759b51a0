// SPDX-License-Identifier: MIT

import type { RecordedStates, ThreadTruth } from "@pyspy/test/support/state-truth";
import { markdownTable } from "../markdown.ts";
import { pauseText } from "../statistics/pauses.ts";
import type { Measured } from "./accuracy-bench.ts";
import type { ShareAccuracy } from "./shares.ts";
import type { ShortCallAccuracy } from "./short-calls.ts";
import type { StackAccuracy } from "./stacks.ts";
import type { StateAccuracy } from "./states.ts";

const NONE = "–";

/** One table a program: versions by modes. */
export function renderStacks(measured: readonly Measured<readonly StackAccuracy[]>[]): string {
  const programs = [
    ...new Set(measured.flatMap(({ result }) => result.map(({ program }) => program))),
  ];
  const heading = [
    "version, mode",
    "samples",
    "not flagged",
    "impossible among them",
    "flagged unstable",
    "nothing read",
    "empty",
    "reread, of samples",
    "stops",
    "not in time",
    "pause p50",
    "p99",
  ];
  const tables = programs.map((program) => {
    const rows = measured.flatMap(({ version, result }) =>
      result
        .filter((one) => one.program === program)
        .map((one) => [`${version} ${one.mode}`, ...stackCells(one)]),
    );
    return `\`samples/${program}.py\`\n\n${markdownTable([heading, ...rows])}`;
  });
  return [...tables, totals(measured)].join("\n\n");
}

function stackCells({
  verdict,
  retries,
  stops,
  stopsTimedOut,
  pauseNanos,
}: StackAccuracy): string[] {
  const { samples, unstable, failed, empty, impossible, impossibleStopped } = verdict;
  const stopped = impossibleStopped > 0 ? ` (${impossibleStopped} stopped)` : "";
  return [
    integer(samples),
    integer(samples - unstable - failed),
    `${integer(impossible)}${stopped}`,
    percent(unstable / samples),
    integer(failed),
    integer(empty),
    percent(retries / samples),
    integer(stops),
    integer(stopsTimedOut),
    pauseText(pauseNanos, 0.5),
    pauseText(pauseNanos, 0.99),
  ];
}

function totals(measured: readonly Measured<readonly StackAccuracy[]>[]): string {
  const all = measured.flatMap(({ result }) => result);
  const modes = [...new Set(all.map(({ mode }) => mode))];
  const rows = modes.map((mode) => {
    const verdicts = all.filter((one) => one.mode === mode).map(({ verdict }) => verdict);
    const sum = (of: (verdict: StackAccuracy["verdict"]) => number): number =>
      verdicts.reduce((total, verdict) => total + of(verdict), 0);
    const kept = sum(({ samples, unstable, failed }) => samples - unstable - failed);
    const impossible = sum((verdict) => verdict.impossible);
    return [mode, integer(kept), integer(impossible), perHundredThousand(impossible / kept)];
  });
  const heading = ["all programs and versions", "not flagged", "impossible", "in 100,000"];
  return markdownTable([heading, ...rows]);
}

export function renderShortCalls(measured: readonly Measured<ShortCallAccuracy>[]): string {
  const heading = [
    "version",
    "samples",
    "with --blocking",
    "distance",
    "by chance",
    "stops by default",
  ];
  const rows = measured.map(({ version, result }) => [
    version,
    integer(result.samples),
    integer(result.blockingSamples),
    result.distance.toFixed(3),
    result.chance.toFixed(3),
    integer(result.stops),
  ]);
  return markdownTable([heading, ...rows]);
}

export function renderShares(measured: readonly Measured<ShareAccuracy>[]): string {
  const heading = [
    "version",
    "samples",
    "distance",
    "limit of so many",
    "worth, samples",
    "limit of these",
    "runs",
    "distance by runs",
    "limit of so many",
  ];
  const rows = measured.map(({ version, result }) => [
    version,
    integer(result.samples),
    result.distance.toFixed(5),
    result.limit.toFixed(5),
    integer(result.effectiveSamples),
    result.effectiveLimit.toFixed(5),
    integer(result.runs),
    result.runDistance.toFixed(5),
    result.runLimit.toFixed(5),
  ]);
  return markdownTable([heading, ...rows]);
}

/** One table a version: the threads' truth by what was recorded. */
export function renderStates(
  measured: readonly Measured<StateAccuracy>[],
  rateHertz: number,
): string {
  const summary = measured.map(({ version, result }) => {
    const blocked = counted(result, ({ state }) => state === "blocked");
    const active = blocked.reduce((sum, { active: one }) => sum + one, 0);
    const samples = blocked.reduce((sum, { samples: one }) => sum + one, 0);
    return [version, integer(samples), percent(active / samples, 3), String(result.gilConflicts)];
  });
  const heading = ["version", "samples of blocked threads", "called active", "two GIL holders"];
  const tables = measured.map(
    ({ version, result }) => `CPython ${version}\n\n${stateTable(result)}`,
  );
  return [
    `At ${integer(rateHertz)} Hz.`,
    markdownTable([heading, ...summary]),
    "What threads did, and what was recorded of them:",
    confusionTable(measured),
    ...tables,
  ].join("\n\n");
}

const TRUTHS = {
  blocked: "waits for the kernel: sleep, lock, pipe, select",
  native: "computes in C without the GIL",
  python: "computes in Python: has the GIL, or waits for it",
} as const;

/** The rows are what is true, and the columns what was recorded; each sample is in one of them. */
function confusionTable(measured: readonly Measured<StateAccuracy>[]): string {
  const heading = ["version", "what it does", "samples"];
  heading.push("idle", "waits for the GIL", "holds the GIL", "runs without");
  const rows = measured.flatMap(({ version, result }) =>
    (["blocked", "native", "python"] as const).map((truth) => {
      const threads = counted(result, ({ state }) => state === truth);
      const total = (count: (one: RecordedStates) => number): number =>
        threads.reduce((sum, one) => sum + count(one), 0);
      const samples = total((one) => one.samples);
      const waits = total((one) => one.gilWaiting);
      const holds = total((one) => one.gilHeld);
      const without = total((one) => one.runsWithoutGil);
      const recorded = [samples - waits - holds - without, waits, holds, without].map(integer);
      return [version, TRUTHS[truth], integer(samples), ...recorded];
    }),
  );
  return markdownTable([heading, ...rows]);
}

function counted(
  { truth, recorded }: StateAccuracy,
  wanted: (truth: ThreadTruth) => boolean,
): RecordedStates[] {
  return [...recorded].filter(([name]) => wanted(truth.threads[name]!)).map(([, states]) => states);
}

function stateTable({ truth, recorded }: StateAccuracy): string {
  const heading = [
    "thread, expected",
    "samples",
    "active",
    "holds the GIL",
    "waits for it",
    "runs without",
    "raises",
    "handles",
    "collects",
    "in its function",
  ];
  const order = { blocked: 0, native: 1, python: 2 };
  const names = [...recorded.keys()].sort(
    (a, b) => order[truth.threads[a]!.state] - order[truth.threads[b]!.state] || (a < b ? -1 : 1),
  );
  const rows = names.map((name) => {
    const states = recorded.get(name)!;
    const { state, exception } = truth.threads[name]!;
    const share = (count: number): string => percent(count / states.samples);
    return [
      `${name}: ${state}${exception === undefined ? "" : `, ${exception}`}`,
      integer(states.samples),
      share(states.active),
      share(states.gilHeld),
      share(states.gilWaiting),
      share(states.runsWithoutGil),
      share(states.exceptionRaised),
      share(states.exceptionHandled),
      share(states.collecting),
      share(states.inFunction),
    ];
  });
  return markdownTable([heading, ...rows]);
}

function integer(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function percent(share: number, digits = 2): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(digits)} %` : NONE;
}

function perHundredThousand(share: number): string {
  return (1e5 * share).toFixed(2);
}
