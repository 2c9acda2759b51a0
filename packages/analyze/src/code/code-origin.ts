// SPDX-License-Identifier: MIT

/** Whose code a file is. "own" is whatever no rule claims: the recorded program's. */
export type CodeOwner = "own" | "package" | "stdlib" | "native" | "none";

/** Where a frame's code comes from, read off its file name. */
export interface CodeOrigin {
  readonly owner: CodeOwner;
  /**
   * What frames of one origin have in common, the same on every machine: the package for
   * libraries, directory and file for own code ("app/server.py"), the library's file for native.
   */
  readonly group: string;
  /** Where in the file name the part starts that says something: behind the installation's path. */
  readonly shortStart: number;
}

const PACKAGES = /^.*[\\/](?:site|dist)-packages[\\/]/s;
/** lib/python3.12/, lib64/python3.13t/, python313.zip/ and Windows' Lib\ of an installation. */
const STDLIB =
  /^.*[\\/](?:lib(?:64)?[\\/]python\d+\.\d+[a-z]*|python\d+\.zip|Python\d+[\\/]Lib)[\\/](?:lib-dynload[\\/])?/s;
const ABSOLUTE = /^(?:[\\/]|[A-Za-z]:[\\/])/;
/** "<frozen importlib._bootstrap>" */
const FROZEN = /^<frozen ([^>]*)>$/s;

/** The origin of Python code by the file name that its code object states. */
export function pythonOrigin(file: string): CodeOrigin {
  if (file === "") return { owner: "none", group: "", shortStart: 0 };
  const frozen = FROZEN.exec(file);
  if (frozen !== null) {
    return { owner: "stdlib", group: firstPart(frozen[1] ?? "", /\./), shortStart: 0 };
  }
  const installed = PACKAGES.exec(file);
  if (installed !== null) {
    const start = installed[0].length;
    return { owner: "package", group: topLevel(file, start), shortStart: start };
  }
  const library = STDLIB.exec(file);
  if (library !== null) {
    const start = library[0].length;
    return { owner: "stdlib", group: topLevel(file, start), shortStart: start };
  }
  return { owner: "own", group: lastParts(file, 2), shortStart: 0 };
}

/** The origin of native code by the file it is mapped from. */
export function nativeOrigin(file: string): CodeOrigin {
  const name = lastParts(file, 1);
  return { owner: "native", group: name, shortStart: file.length - name.length };
}

/** Whether a path says where it starts, on any system: a capture may come from another one. */
export function isAbsolute(file: string): boolean {
  return ABSOLUTE.test(file);
}

/** Length of the directory, with its separator, that all the absolute paths have in common. */
export function commonDirectory(files: Iterable<string>): number {
  let common: string | undefined;
  for (const file of files) {
    if (!isAbsolute(file)) continue;
    const directory = file.slice(0, file.length - lastParts(file, 1).length);
    if (common === undefined) common = directory;
    while (!directory.startsWith(common)) {
      common = common.slice(0, Math.max(lastSeparator(common.slice(0, -1)) + 1, 0));
    }
  }
  return common?.length ?? 0;
}

function topLevel(file: string, start: number): string {
  return firstPart(file.slice(start), /[\\/]/).replace(/\.(?:py|pyc|so|pyd)$/, "");
}

function firstPart(text: string, separator: RegExp): string {
  return text.split(separator, 1)[0] ?? text;
}

function lastParts(file: string, count: number): string {
  return file.split(/[\\/]/).slice(-count).join("/");
}

function lastSeparator(path: string): number {
  return Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
}
