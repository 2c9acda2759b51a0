// SPDX-License-Identifier: MIT

import { readFileSync, writeFileSync } from "node:fs";

/**
 * Puts a result into a document, in place of what stands between the comments `<!-- bench NAME -->`
 * and `<!-- end of bench NAME -->`.
 *
 * @throws Error when the document has no such place.
 */
export function replaceSection(file: string, name: string, result: string): void {
  const [begin, end] = [`<!-- bench ${name} -->`, `<!-- end of bench ${name} -->`];
  const text = readFileSync(file, "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${file} has no lines ${begin} and ${end}`);
  const before = text.slice(0, from + begin.length);
  writeFileSync(file, `${before}\n\n${result}\n${text.slice(to)}`);
}
