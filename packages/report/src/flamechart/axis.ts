// SPDX-License-Identifier: MIT

import { formatDuration } from "../text/format-duration.ts";
import { roundStep } from "../timeline/round-step.ts";

/** A round time on the axis. */
export interface AxisTick {
  /** 0 at the left edge, 1 at the right one. */
  readonly place: number;
  readonly text: string;
}

const TICKS_WANTED = 10;

/** Round times from one to another, ns; none where there is no time between them. */
export function axisTicks(fromNanos: number, toNanos: number): AxisTick[] {
  const length = toNanos - fromNanos;
  if (!(length > 0)) return [];
  const step = roundStep(length / TICKS_WANTED);
  const ticks: AxisTick[] = [];
  for (let at = Math.ceil(fromNanos / step); at * step <= toNanos; at++) {
    ticks.push({ place: (at * step - fromNanos) / length, text: formatDuration(at * step) });
  }
  return ticks;
}

/** Which end of a tick's text stands at it: near the right edge there is no room behind it. */
export function tickAnchor({ place }: AxisTick): "start" | "end" {
  return place > 0.97 ? "end" : "start";
}
