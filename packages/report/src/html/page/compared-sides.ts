// SPDX-License-Identifier: MIT

import { commandLine } from "../../text/command-line.ts";
import { type GivenOptions, optionWords, withOption } from "./given-options.ts";

/** Options of pictures, which no table has a use for. */
const ONLY_PICTURES = ["threads", "processes", "roles"];
/** `diff` takes them of both sides alike. */
const OF_BOTH = ["unit", "by"];

/** Without what makes pictures alone. */
export function tableOptions(given: GivenOptions): GivenOptions {
  return ONLY_PICTURES.reduce((rest, name) => withOption(rest, name, undefined), given);
}

/** The words of a command that compares two sides: what both have, and what each has alone. */
export function sideWords(before: GivenOptions, after: GivenOptions): string[] {
  const [one, two] = [diffOptions(before), diffOptions(after)];
  const isShared = (name: string): boolean =>
    one.get(name)?.join("\0") === two.get(name)?.join("\0");
  const pick = (from: GivenOptions, wanted: (name: string) => boolean): GivenOptions =>
    new Map([...from].filter(([name]) => wanted(name)));
  const alone = [one, two].map((side) => pick(side, (name) => !isShared(name)));
  const shared = optionWords(pick(one, isShared));
  if (alone.every((side) => [...side.keys()].every((name) => name === "from" || name === "to"))) {
    const [first, second] = alone.map(stretch);
    if (first !== undefined && second !== undefined) {
      return [`--before-time=${first}`, `--after-time=${second}`, ...shared];
    }
  }
  const [first, second] = alone.map((side) => commandLine(optionWords(side)));
  return [`--before-filter=${first}`, `--after-filter=${second}`, ...shared];
}

/** "2s..4s"; `undefined`: it is not all of a side that differs. */
function stretch(side: GivenOptions): string | undefined {
  const of = (name: "from" | "to"): string => side.get(name)?.at(-1) ?? "";
  return side.size === 0 ? undefined : `${of("from")}..${of("to")}`;
}

function diffOptions(given: GivenOptions): GivenOptions {
  const rest = tableOptions(given);
  // Samples are no unit of a comparison: wall time stands for them.
  return rest.get("unit")?.at(-1) === "samples" ? withOption(rest, "unit", undefined) : rest;
}

/** Why two sides cannot be compared; `undefined`: they can. */
export function sidesMisfit(before: GivenOptions, after: GivenOptions): string | undefined {
  const [one, two] = [diffOptions(before), diffOptions(after)];
  const differing = OF_BOTH.find((name) => one.get(name)?.at(-1) !== two.get(name)?.at(-1));
  return differing && `--${differing} differs between the sides: choose both with the same`;
}
