// SPDX-License-Identifier: MIT

import type { CodeOrigin, FrameLabel } from "@pyspy/analyze";
import { oklch } from "./oklch.ts";

/**
 * Colours say whose code runs: the program's own is vivid, packages are soft, the standard library
 * is nearly grey, native code is violet, threads and processes are slate. The hue comes from the
 * module or package, a shade of it from the function: both by a hash, so a function keeps its
 * colour from one recording to the next.
 */
export interface Paint {
  /** CSS class. */
  readonly name: string;
  readonly light: string;
  readonly dark: string;
}

/** 285-360 degrees are left out: violet is native code, magenta marks what a search found. */
const HUES = [24, 52, 80, 110, 142, 174, 206, 238, 268];
const NATIVE_HUE = 305;
const SLATE_HUE = 260;
/** A module's functions differ a little in lightness and in hue, three steps each. */
const STEPS = 3;
const LIGHTNESS_STEP = 0.026;
const HUE_STEP_DEGREES = 13;

/** Lightness of the middle shade and chroma, for a light and for a dark page. */
interface Tone {
  readonly light: readonly [lightness: number, chroma: number];
  readonly dark: readonly [lightness: number, chroma: number];
}

const TONES = {
  own: { light: [0.83, 0.105], dark: [0.475, 0.095] },
  package: { light: [0.895, 0.055], dark: [0.4, 0.055] },
  stdlib: { light: [0.925, 0.02], dark: [0.345, 0.02] },
  native: { light: [0.86, 0.055], dark: [0.4, 0.06] },
} satisfies Record<string, Tone>;

const ROOT = slate("root", 0.9, 0.012, 0.3);
const PROCESS = slate("process", 0.79, 0.035, 0.42);
const THREAD = slate("thread", 0.85, 0.03, 0.36);
const UNKNOWN = slate("unknown", 0.93, 0.004, 0.33);

/** The paint of a frame. Equal arguments give equal paints, in every run. */
export function paintOf(label: FrameLabel, origin: CodeOrigin): Paint {
  if (label.kind === "root") return ROOT;
  if (label.kind === "process") return PROCESS;
  if (label.kind === "thread") return THREAD;
  if (origin.owner === "none") return UNKNOWN;
  const shade = hashText(label.name) % (STEPS * STEPS);
  if (origin.owner === "native") return tonePaint("native", NATIVE_HUE, 0, shade);
  const hueIndex = hashText(origin.group) % HUES.length;
  return tonePaint(origin.owner, HUES[hueIndex]!, hueIndex, shade);
}

function tonePaint(
  owner: keyof typeof TONES,
  moduleHue: number,
  hueIndex: number,
  shade: number,
): Paint {
  const { light, dark } = TONES[owner];
  const middle = (STEPS - 1) / 2;
  const lightness = LIGHTNESS_STEP * ((shade % STEPS) - middle);
  const hue = moduleHue + HUE_STEP_DEGREES * (Math.floor(shade / STEPS) - middle);
  return {
    name: `${owner[0]}${hueIndex}${shade}`,
    light: oklch(light[0] + lightness, light[1], hue),
    dark: oklch(dark[0] + lightness, dark[1], hue),
  };
}

function slate(name: string, light: number, chroma: number, dark: number): Paint {
  return { name, light: oklch(light, chroma, SLATE_HUE), dark: oklch(dark, chroma, SLATE_HUE) };
}

/** FNV-1a over UTF-16 units, finished so that the low digits depend on all of the text. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 12)) >>> 0;
}
