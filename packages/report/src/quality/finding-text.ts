// SPDX-License-Identifier: MIT

import type { QualityFinding } from "@pyspy/analyze";
import { formatCounted, formatPercent } from "../text/format-number.ts";

/** A finding in words: what it is, what follows from it, and what to do. */
export function findingText({ kind, share, count }: QualityFinding): string {
  const percent = formatPercent(share, 1);
  switch (kind) {
    case "no-samples":
      return "There are no samples: the program had no Python thread, or ended before the first tick.";
    case "few-ticks":
      return `Only ${formatCounted(count, "tick")}: shares are rough. Record for longer, or at a higher rate.`;
    case "missed-ticks":
      return `${percent} of ticks were missed, as the agent got no CPU in time. Their time is given to the tick before; short functions are seen less often. Record at a lower rate, or with --realtime.`;
    case "late-ticks":
      return `${percent} of ticks came late by more than half a period. They carry their real times, so weights are right.`;
    case "lower-rate":
      return `${formatCounted(count, "recording")} went on at a lower rate than asked, to keep within --max-cpu.`;
    case "unstable":
      return `${percent} of stacks moved while they were read, and are kept as far as they are certain: their innermost functions are missing. Record without --nonblocking.`;
    case "truncated":
      return `${percent} of stacks are deeper than the agent reads, or broke off: the functions at their root are missing.`;
    case "failed":
      return `${percent} of observations could not be read at all.`;
    case "no-stack":
      return `${percent} of samples have no Python stack: threads outside of Python, or that had just begun.`;
    case "unsupported":
      return `${percent} of observations are of something that this version cannot show. Update pyspy-analyze.`;
    case "unobserved":
      return `For ${percent} of the time nobody looked: the machine slept, the agent was stopped, or a part of the file is missing. No sample stands for that time.`;
    case "gil-unknown":
      return "The capture does not say who held the GIL: a free-threaded Python, or one that the agent cannot ask.";
    case "late-stops":
      return `${percent} of stops did not come in time: the threads had no CPU to stop on.`;
    case "cut":
      return `${formatCounted(count, "recording")} has no end: the agent was killed, or the file was cut. What is there is whole.`;
    case "damage":
      return `The file is damaged in ${formatCounted(count, "place")}: what is there was left out.`;
  }
}
