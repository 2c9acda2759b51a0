// SPDX-License-Identifier: MIT

import { oklch } from "../flamegraph/oklch.ts";
import type { Paint } from "../flamegraph/palette.ts";
import { px } from "../flamegraph/svg-opening.ts";
import { type LaneState, THREAD_STATES } from "./thread-columns.ts";

/** Told apart by lightness, too: what waits is dark, what is idle is light. */
export const LANE_PAINTS: Readonly<Record<LaneState, Paint>> = {
  gil: { name: "lane-gil", light: oklch(0.72, 0.15, 55), dark: oklch(0.66, 0.14, 55) },
  "gil-wait": { name: "lane-wait", light: oklch(0.5, 0.2, 350), dark: oklch(0.6, 0.2, 350) },
  running: { name: "lane-run", light: oklch(0.7, 0.12, 165), dark: oklch(0.55, 0.1, 165) },
  idle: { name: "lane-idle", light: oklch(0.93, 0.006, 260), dark: oklch(0.3, 0.01, 260) },
  unknown: { name: "lane-unknown", light: oklch(0.85, 0.003, 260), dark: oklch(0.38, 0.003, 260) },
};

export const LANE_TEXTS: Readonly<Record<LaneState, string>> = {
  gil: "holds the GIL",
  "gil-wait": "waits for the GIL",
  running: "runs, or is ready to, without the GIL",
  idle: "idle",
  unknown: "state not known",
};

/** One path a state: neighbouring columns of one state are one rectangle of it. */
export function laneSvg(
  state: Int8Array,
  columnWidth: number,
  { top, height }: { readonly top: number; readonly height: number },
): string {
  const parts = THREAD_STATES.map((): string[] => []);
  for (let column = 0; column < state.length; ) {
    const at = state[column]!;
    let end = column + 1;
    while (end < state.length && state[end] === at) end++;
    if (at >= 0) {
      const left = px(column * columnWidth);
      parts[at]!.push(`M${left} ${top}h${px((end - column) * columnWidth)}v${height}H${left}z`);
    }
    column = end;
  }
  return THREAD_STATES.map((name, index) => {
    if (parts[index]!.length === 0) return "";
    const paint = LANE_PAINTS[name];
    const d = parts[index]!.join("");
    return `<path class="${paint.name}" fill="${paint.light}" d="${d}"><title>${LANE_TEXTS[name]}</title></path>\n`;
  }).join("");
}
