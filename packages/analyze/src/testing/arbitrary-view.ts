// SPDX-License-Identifier: MIT
import fc from "fast-check";
import { parseFramePattern } from "../frames/frame-pattern.ts";
import { builtInRulePacks } from "../rules/built-in.ts";
import { parseNamePattern } from "../select/name-pattern.ts";
import { parseTimePoint } from "../time/time-point.ts";
import type { View } from "../view/select-view.ts";

const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 3 });

/** Any view whose patterns are among these names, so that they match now and then. */
export function arbitraryView(
  functions: readonly string[],
  threads: readonly string[],
): fc.Arbitrary<View> {
  const pattern = fc
    .constantFrom(...functions)
    .map((name) => parseFramePattern(`function:^${name.replace(/[^\w]/g, ".")}$`));
  const patterns = fc.array(pattern, { minLength: 1, maxLength: 2 });
  const time = fc.integer({ min: -200, max: 200 }).map((ms) => parseTimePoint(`${ms}ms`));
  return fc
    .record({
      states: some(
        fc.subarray(["gil", "gil-wait", "on-cpu", "off-cpu", "exceptions", "gc"], { maxLength: 2 }),
      ),
      idle: fc.boolean(),
      from: some(time),
      to: some(time),
      pids: some(fc.constant([42])),
      roles: some(fc.constantFrom("app", "nobody").map((name) => [parseNamePattern(name)])),
      roleFrom: some(fc.constant("cgroup" as const)),
      native: fc.boolean(),
      interpreter: fc.boolean(),
      foldNative: fc.boolean(),
      threadNames: some(fc.constantFrom(...threads).map((name) => [parseNamePattern(name)])),
      focus: some(patterns),
      ignore: some(patterns),
      foldPlumbing: some(fc.constant(builtInRulePacks)),
      myCode: fc.boolean(),
      hide: some(patterns),
      show: some(patterns),
      showFrom: some(patterns),
      rootAt: some(patterns),
      foldRecursion: fc.boolean(),
      by: some(fc.constantFrom("file" as const, "module" as const, "package" as const)),
    })
    .map((parts) => {
      const given = Object.entries(parts).filter(([, part]) => part !== undefined);
      return Object.fromEntries(given) as View;
    });
}
