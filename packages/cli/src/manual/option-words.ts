// SPDX-License-Identifier: MIT

import type { OptionGroup, OptionHelp } from "./program-help.ts";

/** Of what an option's value is: one of some words, a file, a directory, a process, or free text. */
export type ValueKind = "choice" | "file" | "directory" | "process" | "text";

export function valueKind({ value, choices }: OptionHelp): ValueKind | undefined {
  if (value === undefined) return undefined;
  if (choices.length > 0) return "choice";
  return ({ FILE: "file", DIRECTORY: "directory", PID: "process" } as const)[value] ?? "text";
}

export function optionsOf(groups: readonly OptionGroup[]): OptionHelp[] {
  return groups.flatMap(({ options }) => options);
}

/** "-f", "--format" */
export function optionWords({ short, long }: OptionHelp): string[] {
  return [...(short === undefined ? [] : [`-${short}`]), `--${long}`];
}

/** The first line, for the lists that shells show. */
export function briefly({ description }: OptionHelp): string {
  return description.split("\n", 1)[0]!.replace(/:$/, "");
}
