// SPDX-License-Identifier: MIT

import { basename } from "node:path";
import type { Options } from "yargs";
import { UsageError } from "../errors.ts";
import type { ParsedOptions } from "./parsed-options.ts";

const LABELS = "Labels:";

export const MERGE_LABEL_OPTIONS: Readonly<Record<"label" | "label-from", Options>> = {
  label: {
    type: "string",
    requiresArg: true,
    group: LABELS,
    description:
      "KEY=VALUE for all recordings, FILE:KEY=VALUE for those of one input; may be given several times. host tells machines apart",
  },
  "label-from": {
    type: "string",
    requiresArg: true,
    group: LABELS,
    description:
      "labels from the paths of inputs: a regular expression with named groups, '(?<pod>[^/]+)/run'",
  },
};

/** FILE is what stands before the first colon behind which there is a key. */
const LABEL = /^(?:(.+?):)?([\w.-]+)=(.*)$/s;

/**
 * What gives each input its labels: those for all, then those of its path, then its own.
 *
 * @throws UsageError, also for labels of files that are no inputs, and paths that have no labels in them.
 */
export function inputLabels(
  options: ParsedOptions,
  inputs: readonly string[],
): (path: string) => Record<string, string> {
  const given = options.texts("label").map(parseLabel);
  for (const { file } of given) {
    if (file === undefined || inputs.some((path) => isNamed(path, file))) continue;
    throw new UsageError(`--label names ${file}, which is no input`);
  }
  const pattern = namesOf(options.text("label-from"));
  for (const path of inputs) {
    if (pattern === undefined || pattern.test(path)) continue;
    throw new UsageError(`--label-from is not found in ${path}`);
  }
  return (path) => {
    const own = given.filter(({ file }) => file === undefined || isNamed(path, file));
    const [all, one] = [true, false].map((general) =>
      own
        .filter(({ file }) => (file === undefined) === general)
        .map(({ key, value }) => [key, value] as const),
    );
    const found = Object.entries(pattern?.exec(path)?.groups ?? {}).filter(
      ([, value]) => value !== undefined,
    );
    return Object.fromEntries([...all!, ...found, ...one!]);
  };
}

function isNamed(path: string, file: string): boolean {
  return path === file || basename(path) === file;
}

function parseLabel(text: string): { file: string | undefined; key: string; value: string } {
  const found = LABEL.exec(text);
  if (found === null)
    throw new UsageError(`--label takes KEY=VALUE or FILE:KEY=VALUE, not ${text}`);
  return { file: found[1], key: found[2]!, value: found[3]! };
}

function namesOf(text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  if (!/\(\?<\w+>/.test(text)) {
    throw new UsageError("--label-from needs a named group: '(?<host>[^/]+)\\.pspy'");
  }
  try {
    return new RegExp(text);
  } catch (error) {
    throw new UsageError(`--label-from: ${(error as Error).message}`);
  }
}
