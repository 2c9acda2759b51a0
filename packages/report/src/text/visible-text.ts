// SPDX-License-Identifier: MIT

/**
 * Characters that a reader of a report must never meet raw: controls (most are illegal in XML 1.0
 * even as references), the non-characters U+FFFE and U+FFFF, line and paragraph separators, halves
 * of surrogate pairs, and the marks that reorder the text around them, with which a name could make
 * its neighbours read differently from what they are.
 */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const NAMED: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/**
 * The text with every unsafe character spelled out as Python would (`\n`, `\x00`, `\u202e`), so
 * that it can be shown on one line anywhere. Names come from the recorded program: never trusted.
 */
export function visibleText(text: string): string {
  return text.replace(UNSAFE, spell);
}

/** At most `limit` characters of the visible text; what is missing is counted at its end. */
export function visibleExcerpt(text: string, limit: number): string {
  if (text.length <= limit) return visibleText(text);
  // Cut before escaping: a name of 100 KB is not worth a scan of all of it.
  const end = isHighSurrogate(text.charCodeAt(limit - 1)) ? limit - 1 : limit;
  return `${visibleText(text.slice(0, end))}… (${text.length} characters)`;
}

function spell(character: string): string {
  const named = NAMED.get(character);
  if (named !== undefined) return named;
  const code = character.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, "0")}`
    : `\\u${code.toString(16).padStart(4, "0")}`;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
