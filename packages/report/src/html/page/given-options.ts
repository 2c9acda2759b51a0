// SPDX-License-Identifier: MIT

import {
  builtInRulePacks,
  InvalidFilterError,
  type OptionValues,
  type RulePack,
} from "@pyspy/analyze";

/**
 * Options by their names on the command line, with what was given for each: nothing for one that takes nothing,
 * "no-native" for one that is refused. They are the page's language for filters, as they are the command line's.
 */
export type GivenOptions = ReadonlyMap<string, readonly string[]>;

/** Options that take no value. */
export const FLAGS: ReadonlySet<string> = new Set([
  ...["gil", "gil-wait", "on-cpu", "off-cpu", "exceptions", "gc", "idle"],
  ...["my-code", "fold-native", "fold-recursion", "interpreter", "no-native"],
  ...["threads", "processes", "roles"],
]);

/** Options that take a value, or several. */
export const VALUED: ReadonlySet<string> = new Set([
  ...["from", "to", "pid", "role", "role-from", "tid", "thread-name", "fold", "by", "unit"],
  ...["focus", "ignore", "hide", "show", "show-from", "root-at"],
]);

/** The options as the analyzer asks for them. */
export function optionValues(given: GivenOptions): OptionValues {
  const texts = (name: string): readonly string[] => given.get(name) ?? [];
  return {
    flag: (name) => given.has(name),
    refuses: (name) => given.has(`no-${name}`),
    texts,
    numbers: (name) =>
      texts(name)
        .flatMap((text) => text.split(","))
        .map((text) => {
          if (/^\d{1,15}$/.test(text.trim())) return Number(text);
          throw new InvalidFilterError(`--${name} takes a number, not ${text}`);
        }),
  };
}

/** The built-in packs that --fold names. */
export function givenRulePacks(given: GivenOptions): RulePack[] {
  const names = (given.get("fold") ?? []).flatMap((text) => text.split(","));
  return names.flatMap((name) => {
    if (name === "all") return builtInRulePacks;
    const pack = builtInRulePacks.find((each) => each.name === name);
    if (pack === undefined) throw new InvalidFilterError(`this page has no rule pack ${name}`);
    return [pack];
  });
}

/** The same options with others for one of the names; `undefined`: without it. */
export function withOption(
  given: GivenOptions,
  name: string,
  values: readonly string[] | undefined,
): GivenOptions {
  const changed = new Map(given);
  changed.delete(name);
  if (values !== undefined) changed.set(name, values);
  return changed;
}

/** As words of a command line. Times may begin with a dash, so values are joined to their names. */
export function optionWords(given: GivenOptions): string[] {
  return [...given].flatMap(([name, values]) =>
    FLAGS.has(name)
      ? [`--${name}`]
      : values.flatMap((value) =>
          value.startsWith("-") ? [`--${name}=${value}`] : [`--${name}`, value],
        ),
  );
}
