// SPDX-License-Identifier: MIT

import yargs from "yargs";
import { UsageError } from "../errors.ts";
import { FILTER_OPTIONS, joinDashedValues } from "./filter-options.ts";
import { ParsedOptions } from "./parsed-options.ts";
import { PARSER_RULES } from "./parser-rules.ts";

/**
 * Filter options of one side of a comparison, written as one word: "--gil --from 10s".
 *
 * @param name of the option that has them, for errors.
 * @throws UsageError
 */
export function parseSideFilter(text: string, name: string): ParsedOptions {
  const words = shellWords(text);
  const wrong = (what: string): UsageError =>
    new UsageError(`--${name} takes filter options, "--gil --tid 7": ${what}`);
  if (words === undefined) throw wrong(`a quote in ${text} has no end`);
  const parsed = yargs()
    .parserConfiguration(PARSER_RULES)
    .options(FILTER_OPTIONS)
    .help(false)
    .version(false)
    .strictOptions()
    .exitProcess(false)
    .fail((message, error) => {
      throw message ? wrong(message) : error;
    })
    .parseSync(joinDashedValues(words));
  if (parsed._.length > 0) throw wrong(`${parsed._[0]} is none`);
  return new ParsedOptions(parsed, []);
}

/** Words as a POSIX shell splits them: quotes and backslashes; `undefined`: a quote has no end. */
function shellWords(text: string): string[] | undefined {
  const words: string[] = [];
  const part = /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^\s'"\\]+)|(\s+)/gsy;
  let word: string | undefined;
  let at = 0;
  for (let match = part.exec(text); match !== null; match = part.exec(text)) {
    at = part.lastIndex;
    const [, single, double, escaped, plain, space] = match;
    if (space === undefined) {
      word = (word ?? "") + (single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? plain);
    } else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (at < text.length) return undefined;
  return word === undefined ? words : [...words, word];
}
