// SPDX-License-Identifier: MIT

/** Functions that Cython makes of those of a `.pyx` file: as Python calls them, what they do, and `cdef`. */
const FUNCTION = /^__pyx_(?:pw|pf|f)_(?=\d)/;

/**
 * The name of a function of a `.pyx` file with its module and class, "module.Class.method"; `undefined`:
 * the name is none that Cython makes of such a function.
 *
 * Modules and classes stand with their lengths ("5cymod_5Thing_"), the function last, with a number if
 * Python can call it ("3grow"). Parts that were split off keep their endings.
 */
export function cythonName(symbol: string): string | undefined {
  if (!FUNCTION.test(symbol)) return undefined;
  let rest = symbol.replace(FUNCTION, "");
  const parts: string[] = [];
  for (;;) {
    const digits = /^\d+/.exec(rest)?.[0] ?? "";
    const length = Number(digits);
    const end = digits.length + length;
    if (digits === "" || length === 0 || rest[end] !== "_" || end + 1 >= rest.length) break;
    const part = rest.slice(digits.length, end);
    // "1__init__" is number 1 and "__init__", not the class "_".
    if (/^_+$/.test(part)) break;
    parts.push(part);
    rest = rest.slice(end + 1);
  }
  const name = rest.replace(/^\d+/, "");
  return parts.length === 0 || name === "" ? undefined : [...parts, name].join(".");
}
