// SPDX-License-Identifier: MIT
import { InvalidFilterError } from "../errors.ts";

/** Something that names match or do not; see `parseNamePattern`. */
export interface NamePattern {
  /** As it was written. */
  readonly text: string;
  test(name: string): boolean;
}

/**
 * A regular expression, found anywhere in a name. "(?i)" at its beginning ignores case, as in pprof.
 *
 * @throws InvalidFilterError
 */
export function parseNamePattern(text: string): NamePattern {
  const ignoresCase = text.startsWith("(?i)");
  try {
    const expression = new RegExp(ignoresCase ? text.slice(4) : text, ignoresCase ? "i" : "");
    return { text, test: (name) => expression.test(name) };
  } catch (error) {
    const reason = (error as Error).message.replace(/^Invalid regular expression: /, "");
    throw new InvalidFilterError(`not a regular expression: ${reason}`);
  }
}

/** "/a/ or /b/" */
export function namesPattern(patterns: readonly { readonly text: string }[]): string {
  return patterns.map(({ text }) => `/${text}/`).join(" or ");
}
