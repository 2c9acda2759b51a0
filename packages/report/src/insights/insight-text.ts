// SPDX-License-Identifier: MIT

import type {
  GilInsight,
  HotInsight,
  Insight,
  InsightLevel,
  LoadInsight,
  Profile,
  QualityInsight,
  Selection,
  StallInsight,
  WorkerInsight,
} from "@pyspy/analyze";
import { codeCells, codeText } from "../document/code-cells.ts";
import { functionLabels } from "../document/function-label.ts";
import { threadNames } from "../document/thread-names.ts";
import { findingText } from "../quality/finding-text.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatCount, formatCounted, formatPercent } from "../text/format-number.ts";
import { formatOffset } from "../text/format-time.ts";
import { visibleExcerpt } from "../text/visible-text.ts";

/** An insight in words: visible text. */
export interface InsightText {
  readonly level: InsightLevel;
  /** The verdict in a few words. */
  readonly title: string;
  /** What it rests on. */
  readonly text: string;
}

const LONGEST_ROLE = 80;

/** Says what was found, with the names of this selection's functions and threads. */
export function insightTexts(insights: readonly Insight[], { profile }: Selection): InsightText[] {
  const names = namesOf(profile);
  return insights.map((insight) => ({ level: insight.level, ...wordsOf(insight, names) }));
}

type Words = Omit<InsightText, "level">;

interface Names {
  readonly profile: Profile;
  thread(index: number): string;
  /** "load (app.py)" of an index in `profile.functions`. */
  fn(index: number): string;
  label(label: HotInsight["functions"][number]["label"]): string;
  /** Of the innermost frame of a stack. */
  stack(index: number): string;
}

function namesOf(profile: Profile): Names {
  const labels = functionLabels(profile);
  const cell = codeCells(labels);
  const label: Names["label"] = (each) => codeText(cell(each));
  const fn: Names["fn"] = (index) => label(labels[index]!);
  return {
    profile,
    thread: threadNames(profile),
    fn,
    label,
    stack: (index) =>
      index < 0 ? "no function" : fn(profile.frames.function[profile.stacks.frame[index]!]!),
  };
}

function wordsOf(insight: Insight, names: Names): Words {
  switch (insight.kind) {
    case "hot":
      return hotWords(insight, names);
    case "gil":
      return gilWords(insight, names);
    case "stalls":
      return stallWords(insight, names);
    case "worker":
      return workerWords(insight, names);
    case "load":
      return loadWords(insight);
    case "quality":
      return qualityWords(insight);
  }
}

function hotWords({ functions, halfCount }: HotInsight, names: Names): Words {
  if (functions.length === 0) {
    return { title: "No function took time", text: "No sample is left to say where time went." };
  }
  const parts = functions.map(({ label, selfShare, margin }) => {
    const range = margin < 0.0005 ? "" : ` ± ${(100 * margin).toFixed(1)}`;
    return `${names.label(label)} ${(100 * selfShare).toFixed(1)}${range} %`;
  });
  return {
    title: `Half of the time is in ${formatCounted(halfCount, "function")}`,
    text: `By their own time: ${parts.join(", ")}.`,
  };
}

function gilWords(insight: GilInsight, names: Names): Words {
  const { level, known, waitShare, waitingThreads, holder, holderShare } = insight;
  if (!known) {
    return {
      title: "The GIL is not known",
      text: "The capture does not say who held it: a free-threaded Python, or one that the agent cannot ask.",
    };
  }
  const waits =
    `Threads that wanted to run spent ${formatPercent(waitShare, 1)} of that time waiting for the GIL` +
    (waitingThreads >= 0.005 ? `, ${waitingThreads.toFixed(2)} of them at a time.` : ".");
  if (level === "fine") return { title: "No contention for the GIL", text: waits };
  const whom =
    holder < 0
      ? ""
      : ` The longest for ${names.thread(holder)}: ${formatPercent(holderShare, 1)} of the wait.`;
  const what = insight.function < 0 ? "" : ` Holders were mostly in ${names.fn(insight.function)}.`;
  return { title: "Threads compete for the GIL", text: `${waits}${whom}${what}` };
}

function stallWords({ level, count, leastNanos, ofEventLoop, worst }: StallInsight, names: Names) {
  const least = formatDuration(leastNanos);
  if (worst === undefined) {
    return {
      title: "No stalls",
      text: `No running thread was seen on one stack, or with the GIL, for ${least}.`,
    };
  }
  const lasted = formatDuration(worst.durationNanos);
  const at = formatOffset(worst.startNanos);
  const where = `${lasted} at ${at}, ${names.thread(worst.thread)} in ${names.stack(worst.stack)}`;
  const times = formatCounted(count, "time");
  if (ofEventLoop) {
    return {
      title: "The event loop was blocked",
      text: `${times} for ${least} or longer, at most ${where}. Nothing else that the loop serves went on meanwhile.`,
    };
  }
  if (worst.blamedNanos > 0) {
    return {
      title: level === "problem" ? "A thread kept the GIL for long" : "A thread kept the GIL",
      text: `${where}; others waited ${formatDuration(worst.blamedNanos)} for it.`,
    };
  }
  return {
    title: "Threads stayed on one stack for long",
    text: `${times} for ${least} or longer, at most ${where}. Every tick saw the same; what happened between ticks nobody knows.`,
  };
}

function workerWords(insight: WorkerInsight, { profile, label }: Names): Words {
  const { siblings, role, process, activeShare, usualShare, changes } = insight;
  const name = visibleExcerpt(role, LONGEST_ROLE);
  if (process < 0) {
    return {
      title: "Workers do alike",
      text: `None of the ${formatCount(siblings)} processes of ${name} is active twice as much as the others.`,
    };
  }
  const { pid } = profile.processes[process]!;
  const [own, usual] = [activeShare, usualShare].map((share) => formatPercent(share, 1));
  const what = changes.map(({ label: each, self }) => {
    const [difference, margin] = [self.difference, self.margin].map((value) => value.toFixed(2));
    return `${label(each)} +${difference} ± ${margin} CPU s per s`;
  });
  const where = what.length === 0 ? "" : ` What it does more: ${what.join(", ")}.`;
  return {
    title: activeShare > usualShare ? "One worker does most" : "One worker does little",
    text: `Process ${pid} is active for ${own} of its time, its ${formatCount(siblings - 1)} siblings (${name}) typically ${usual}.${where}`,
  };
}

function loadWords({ cores, cpuKnown, idleShare }: LoadInsight): Words {
  const idle = `threads were idle for ${formatPercent(idleShare, 1)} of their time`;
  if (!cpuKnown) return { title: "Load", text: `CPU time was not recorded; ${idle}.` };
  return {
    title: `${cores.toFixed(2)} CPU cores in use`,
    text: `On average over the time looked at; ${idle}.`,
  };
}

const QUALITY: Readonly<Record<QualityInsight["assessment"]["verdict"], string>> = {
  good: "Good data",
  usable: "Usable data",
  doubtful: "Doubtful data",
};

function qualityWords({ assessment }: QualityInsight): Words {
  const [first] = assessment.findings;
  return {
    title: QUALITY[assessment.verdict],
    text: first === undefined ? "Nothing speaks against the numbers." : findingText(first),
  };
}
