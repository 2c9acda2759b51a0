// SPDX-License-Identifier: MIT

import type { FrameLabel } from "@pyspy/analyze";
import type { CodeOrigin } from "../text/code-origin.ts";
import { oklch } from "./oklch.ts";

/**
 * Colours say whose code runs: the program's own is vivid, packages are soft, the standard library
 * is nearly grey, native code is violet, threads and processes are slate. The hue comes from the
 * module or package, the shade from the function: both by a hash, so a function keeps its colour
 * from one recording to the next.
 */
export interface Paint {
  /** CSS class. */
  readonly name: string;
  readonly light: string;
  readonly dark: string;
}

/** 285-360 degrees are left out: violet is native code, magenta marks what a search found. */
const HUES = [22, 46, 70, 95, 125, 152, 178, 204, 228, 252, 274];
const NATIVE_HUE = 305;
const SLATE_HUE = 260;
const SHADES = 3;

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
  const shade = hashText(label.name) % SHADES;
  if (origin.owner === "native") return tonePaint("native", TONES.native, NATIVE_HUE, 0, shade);
  const hueIndex = hashText(origin.group) % HUES.length;
  return tonePaint(origin.owner, TONES[origin.owner], HUES[hueIndex]!, hueIndex, shade);
}

function tonePaint(owner: string, tone: Tone, hue: number, hueIndex: number, shade: number): Paint {
  const step = 0.028 * (shade - (SHADES - 1) / 2);
  return {
    name: `${owner[0]}${hueIndex.toString(36)}${shade}`,
    light: oklch(tone.light[0] + step, tone.light[1], hue),
    dark: oklch(tone.dark[0] + step, tone.dark[1], hue),
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
