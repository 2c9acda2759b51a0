// SPDX-License-Identifier: MIT

import { basename, dirname, join } from "node:path";

/** Where a product goes. */
export type OutputTarget =
  | { readonly kind: "stdout" }
  /** `named`: not by the user, who must be told the name. */
  | { readonly kind: "file"; readonly path: string; readonly named: boolean };

/** What stands for standard input and output on the command line. */
export const STANDARD_STREAM = "-";

/**
 * Where an export goes: to the file asked for, or beside its (first) input, named after it; to
 * standard output when asked so by "-", or when the input has no name.
 */
export function exportTarget(
  output: string | undefined,
  inputs: readonly [string, ...string[]],
  extension: string,
): OutputTarget {
  if (output === STANDARD_STREAM) return { kind: "stdout" };
  if (output !== undefined) return { kind: "file", path: output, named: false };
  const named = inputs.find((input) => input !== STANDARD_STREAM);
  if (named === undefined) return { kind: "stdout" };
  return { kind: "file", path: exportName(named, extension), named: true };
}

/** "out/run.pspy.gz" with ".svg" gives "out/run.svg"; an ending that is not ours is kept. */
function exportName(input: string, extension: string): string {
  const name = basename(input).replace(/(?<=.)(\.pspy)?(\.gz)?$/i, "");
  return join(dirname(input), name + extension);
}
