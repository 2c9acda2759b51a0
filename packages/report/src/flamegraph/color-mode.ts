// SPDX-License-Identifier: MIT

import type { DescribedTree } from "./describe-node.ts";
import { CHANGE_LEGEND, CHANGE_PAINTS, changePaintOf } from "./node-change.ts";
import { oklch } from "./oklch.ts";
import type { Paint } from "./palette.ts";

/**
 * What colours say. "module": whose code, and which module; "kind": only whose; "idle" and "gil":
 * how much of a box's weight was idle, or held the GIL; "change": of a comparison, what changed.
 */
export type ColorMode = "change" | "module" | "kind" | "idle" | "gil";

/** In the order in which they are offered. */
export const COLOR_MODES: readonly ColorMode[] = ["change", "module", "kind", "idle", "gil"];

/** What a page's switch says. */
export const COLOR_MODE_NAMES: Readonly<Record<ColorMode, string>> = {
  change: "Change",
  module: "Module",
  kind: "Kind",
  idle: "Idle",
  gil: "GIL",
};

/** A colour and what it means. */
export interface LegendEntry {
  readonly paint: Paint;
  readonly text: string;
}

/** What is to be said of colours that are too many for a legend. */
export const MODULE_COLOURS =
  "Hues are modules: vivid your program's own, pale those of packages, greyish the standard library.";

/** The same, of a picture with these paints. */
export function moduleColours(paintNames: readonly string[]): string {
  const hasNative = paintNames.some((name) => /^n\d/.test(name));
  return hasNative ? `${MODULE_COLOURS} Violet is native code.` : MODULE_COLOURS;
}

/** Shares are told apart in tenths. */
const STEPS = 10;

const KINDS: readonly (LegendEntry & { readonly letter: string })[] = [
  { letter: "o", paint: kindPaint("kind-own", 60, 0.115), text: "your program" },
  { letter: "p", paint: kindPaint("kind-package", 165, 0.08), text: "packages" },
  { letter: "s", paint: kindPaint("kind-stdlib", 240, 0.055), text: "standard library" },
  { letter: "n", paint: kindPaint("kind-native", 320, 0.09), text: "native code" },
];
const IDLE_HUE = 250;
const GIL_HUE = 55;
const IDLE = ramp("idle", IDLE_HUE);
const GIL = ramp("gil", GIL_HUE);
const NO_WEIGHT: Paint = { name: "unknown", light: oklch(0.93, 0.004, 260), dark: "#33373c" };

/** Every paint of the modes besides "module". */
export const MODE_PAINTS: readonly Paint[] = [
  ...KINDS.map(({ paint }) => paint),
  ...IDLE,
  ...GIL,
  ...CHANGE_PAINTS,
];

/** The modes that say something about this tree. */
export function usefulModes({
  measures,
  changes,
}: Pick<DescribedTree, "measures" | "changes">): ColorMode[] {
  return COLOR_MODES.filter((mode) => {
    if (mode === "change") return changes !== undefined;
    return mode === "module" || mode === "kind" || measures.some(({ name }) => name === mode);
  });
}

/**
 * The paint of a node in a mode; `undefined`: the one of its label.
 *
 * @param labelPaint name of the label's paint, of which the first letter says whose code it is.
 */
export function modePaint(
  mode: ColorMode,
  labelPaint: string,
  { nodes, measures, changes }: Pick<DescribedTree, "nodes" | "measures" | "changes">,
  node: number,
): Paint | undefined {
  if (mode === "module") return undefined;
  if (mode === "change") return changePaintOf(changes?.ofNode.get(node));
  if (mode === "kind") {
    if (!/\d$/.test(labelPaint)) return undefined;
    return KINDS.find(({ letter }) => letter === labelPaint[0])?.paint;
  }
  const measure = measures.find(({ name }) => name === mode);
  const all = nodes.total[node]!;
  if (measure === undefined || !(all > 0)) return NO_WEIGHT;
  const share = Math.min(1, measure.total[node]! / all);
  return (mode === "idle" ? IDLE : GIL)[Math.round(share * STEPS)];
}

/** What the colours of a mode mean; nothing for "module", which has too many to list. */
export function legend(mode: ColorMode): LegendEntry[] {
  switch (mode) {
    case "module":
      return [];
    case "change":
      return [...CHANGE_LEGEND];
    case "kind":
      return [...KINDS];
    case "idle":
      return rampLegend(IDLE, "idle");
    case "gil":
      return rampLegend(GIL, "with the GIL");
  }
}

function rampLegend(paints: readonly Paint[], what: string): LegendEntry[] {
  return [0, STEPS / 2, STEPS].map((step) => ({
    paint: paints[step]!,
    text: `${(100 * step) / STEPS} % ${what}`,
  }));
}

function kindPaint(name: string, hue: number, chroma: number): Paint {
  return {
    name,
    light: oklch(0.86, chroma, hue),
    dark: oklch(0.43, chroma * 0.85, hue),
  };
}

function ramp(name: string, hue: number): Paint[] {
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const share = step / STEPS;
    return {
      name: `${name}${step}`,
      light: oklch(0.95 - 0.15 * share, 0.008 + 0.11 * share, hue),
      dark: oklch(0.32 + 0.16 * share, 0.008 + 0.09 * share, hue),
    };
  });
}
