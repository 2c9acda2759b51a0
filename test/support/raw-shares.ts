// SPDX-License-Identifier: MIT
//
// Two recordings of a program that does the same for ever, by the shares of time in their collapsed
// stacks: they must be alike, as far as sampling can tell.

import { type Profile, selectView, type View } from "@pyspy/analyze";
import { formatByName } from "@pyspy/report";
import { expect } from "vitest";
import { countSum } from "./leaf-shares.ts";

/** Samples by thread, or by thread and innermost frame. */
export type Shares = ReadonlyMap<string, number>;

/** What is asked of both recordings. */
export interface Mode {
  readonly name: string;
  readonly view: View;
  /** Frames are lines, not functions. */
  readonly lines: boolean;
}

/** On a machine that hardly lets anybody run. */
const FEWEST = 40;
/** A share is farther away once in 16,000 times. */
const SIGMAS = 4;
/** Besides: the machine was not as busy in both. */
const SLACK = 0.05;
/** A thread that takes a turn with the GIL is seen several times in it: so many samples count as one. */
const SAMPLES_A_TURN = 3;

/** Collapsed stacks of a view, with the threads as their first frames. */
export function rawLines(profile: Profile, { view, lines }: Mode): string {
  const input = {
    selection: selectView(profile, view),
    options: { unit: "samples", lines, threads: true, processes: false } as const,
    provenance: { command: "", version: "" },
  };
  return [...formatByName("raw")!.render(input)].join("");
}

/** Fails unless both have the same shares of threads, and of places in threads. */
export function expectAlikeLines(mode: Mode, one: string, other: string): void {
  expectAlike(mode, countBy(one, threadOf), countBy(other, threadOf));
  expectAlike(mode, countBy(one, placeOf(mode)), countBy(other, placeOf(mode)));
}

function countBy(text: string, key: (frames: string[]) => string): Shares {
  const counts = new Map<string, number>();
  for (const line of text.split("\n").filter((one) => one !== "")) {
    const at = line.lastIndexOf(" ");
    const name = key(line.slice(0, at).split(";"));
    counts.set(name, (counts.get(name) ?? 0) + Number(line.slice(at + 1)));
  }
  return counts;
}

const threadOf = (frames: string[]): string => frames[0]!.replace(/^thread \([^)]*\):? ?/, "");
/** "sleep: sleep_long (states.py:29)", without its line where lines are not asked for. */
const placeOf =
  ({ lines }: Mode) =>
  (frames: string[]) => {
    const leaf = frames.at(-1)!.replace(/\((?:.*\/)?([^/]*)\)$/, "($1)");
    // By function, py-spy has the line where it begins.
    return `${threadOf(frames)}: ${lines ? leaf : leaf.replace(/:\d+\)$/, ")")}`;
  };

function expectAlike({ name: mode }: Mode, one: Shares, other: Shares): void {
  const [n, m] = [countSum(one), countSum(other)];
  expect(Math.min(n, m)).toBeGreaterThan(FEWEST);
  for (const name of new Set([...one.keys(), ...other.keys()])) {
    const [p, q] = [(one.get(name) ?? 0) / n, (other.get(name) ?? 0) / m];
    const mean = (p + q) / 2;
    const error = Math.sqrt(SAMPLES_A_TURN * mean * (1 - mean) * (1 / n + 1 / m));
    expect(Math.abs(p - q), `${mode}, ${name}: ${p} and ${q}`).toBeLessThan(SIGMAS * error + SLACK);
  }
}
