// SPDX-License-Identifier: MIT
import { InvalidFilterError } from "../errors.ts";
import { type FramePattern, parseFramePattern } from "../frames/frame-pattern.ts";
import type { CodeUnit } from "../frames/merge-code.ts";
import type { RulePack } from "../rules/rule-pack.ts";
import type { LabelPattern, ThreadState } from "../select/filters.ts";
import { parseNamePattern } from "../select/name-pattern.ts";
import { parseTimePoint, type TimePoint } from "../time/time-point.ts";
import type { View } from "./select-view.ts";

/** The filter options that were given, by their names on the command line: a page speaks the same language. */
export interface OptionValues {
  flag(name: string): boolean;
  /** Whether the option was given as --no-NAME. */
  refuses(name: string): boolean;
  texts(name: string): readonly string[];
  /** @throws for what is no whole number. */
  numbers(name: string): readonly number[];
}

/** States of a thread, which are options of the same name. */
export const THREAD_STATES: readonly ThreadState[] = [
  "gil",
  "gil-wait",
  "on-cpu",
  "off-cpu",
  "exceptions",
  "gc",
];

/** Options that take patterns for frames. */
export type PatternFilter = "focus" | "ignore" | "hide" | "show" | "show-from" | "root-at";

/**
 * What filter options ask for.
 *
 * @param packs those that `--fold` names.
 * @throws InvalidFilterError, or what the options throw.
 */
export function viewOfOptions(options: OptionValues, packs: readonly RulePack[]): View {
  const text = (name: string): string | undefined => options.texts(name).at(-1);
  const time = (name: "from" | "to"): TimePoint | undefined => {
    const given = text(name);
    return given === undefined ? undefined : parseTimePoint(given);
  };
  const patterns = (name: PatternFilter): FramePattern[] =>
    options.texts(name).map(parseFramePattern);
  const by = text("by");
  return {
    states: THREAD_STATES.filter((state) => options.flag(state)),
    // "wall": what Tachyon and async-profiler call it.
    idle: options.flag("idle") || options.flag("wall"),
    from: time("from"),
    to: time("to"),
    labels: options.texts("label").map(parseLabelPattern),
    pids: options.numbers("pid"),
    roles: options.texts("role").map(parseNamePattern),
    roleFrom: text("role-from") === "cgroup" ? "cgroup" : undefined,
    tids: options.numbers("tid").map(BigInt),
    threadNames: options.texts("thread-name").map(parseNamePattern),
    native: !options.refuses("native"),
    interpreter: options.flag("interpreter"),
    foldNative: options.flag("fold-native"),
    focus: patterns("focus"),
    ignore: patterns("ignore"),
    hide: patterns("hide"),
    show: patterns("show"),
    showFrom: patterns("show-from"),
    rootAt: patterns("root-at"),
    myCode: options.flag("my-code"),
    foldPlumbing: packs,
    foldRecursion: options.flag("fold-recursion"),
    by: by === "line" || by === "function" ? undefined : (by as CodeUnit | undefined),
  };
}

function parseLabelPattern(text: string): LabelPattern {
  const found = /^([^=]+)=(.*)$/s.exec(text);
  if (found === null) throw new InvalidFilterError(`--label takes KEY=PATTERN, not ${text}`);
  return { key: found[1]!, value: parseNamePattern(found[2]!) };
}
