// SPDX-License-Identifier: MIT

/** Python/getopt.c: the options that stand alone, which may share a word ("-uIc"). */
const FLAGS = "bBdEhiIOPqRsStuvVx?";

/**
 * The part of a command line that says what runs, without what it was given: the interpreter, its own
 * options, and the script or module. The same rule as the agent's (sampler/redaction.cc), so that a
 * command line which the agent has cut stays as it is.
 */
export function redactedCommand(command: readonly string[]): string[] {
  const [program, ...words] = command;
  if (program === undefined) return [];
  const name = program.replace(/^.*\//s, "");
  if (!/python|pypy/.test(name) || name.includes(" ")) {
    // A program of its own, or one that has written a title over its command line, with arguments.
    return [program.split(" ", 1)[0]!];
  }
  return [program, ...interpreterOptions(words)];
}

function interpreterOptions(words: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const next = words.slice(at + 1, at + 2);
    if (word === "") return kept; // a title that is shorter than the command line was
    if (word === "--") return [...kept, ...next];
    if (word === "-" || !word.startsWith("-")) return [...kept, word];
    if (word === "--check-hash-based-pycs") {
      kept.push(word, ...next);
      at++;
      continue;
    }
    if (word.startsWith("--")) return kept;
    const letters = [...word.slice(1)];
    const valued = letters.findIndex((letter) => !FLAGS.includes(letter));
    if (valued < 0) {
      kept.push(word);
      continue;
    }
    if (valued > 0) kept.push(word.slice(0, valued + 1));
    const [option, value] = [`-${letters[valued]}`, word.slice(valued + 2)];
    if (option === "-c") return [...kept, option];
    if (option === "-m") return [...kept, option, ...(value === "" ? next : [value])];
    // No option of Python: another program's, and what follows may be anything.
    if (option !== "-W" && option !== "-X") return kept;
    kept.push(option + value);
    if (value === "") {
      kept.push(...next);
      at++;
    }
  }
  return kept;
}
