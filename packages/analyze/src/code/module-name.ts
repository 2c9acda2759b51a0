// SPDX-License-Identifier: MIT
import type { PythonFunction } from "../model/profile.ts";
import {
  type CodeOrigin,
  commonDirectory,
  isAbsolute,
  nativeOrigin,
  pythonOrigin,
} from "./code-origin.ts";

/** What a file is to Python. */
export interface CodeModule {
  /** "json.decoder"; own code by its place below the directory that all own code has in common. */
  readonly module: string;
  /** The outermost package, or the module itself: "json". */
  readonly package: string;
}

/**
 * The modules of all files of these functions, by file. That of native code is its package's where it is
 * installed in one, else the file without its directory: "libz.so.1".
 */
export function modulesOfFiles(functions: readonly PythonFunction[]): Map<string, CodeModule> {
  const origins = new Map<string, CodeOrigin>();
  const libraries = new Set<string>();
  for (const { file, module } of functions) {
    if (!origins.has(file)) origins.set(file, pythonOrigin(file));
    if (module === file && origins.get(file)!.owner === "own") libraries.add(file);
  }
  for (const file of libraries) origins.set(file, nativeOrigin(file));
  const own = [...origins].filter(([, { owner }]) => owner === "own").map(([file]) => file);
  const ownStart = commonDirectory(own);
  return new Map(
    [...origins].map(([file, { owner, shortStart }]) => {
      const start = owner === "own" && isAbsolute(file) ? ownStart : shortStart;
      if (owner === "native") {
        const library = file.slice(start);
        return [file, { module: library, package: library }];
      }
      const module = moduleName(file.slice(start));
      return [file, { module, package: module.split(".", 1)[0]! }];
    }),
  );
}

/** "json/decoder.py" is json.decoder; "json/__init__.py" is json; "<string>" stays. */
function moduleName(path: string): string {
  const frozen = /^<frozen ([^>]*)>$/s.exec(path);
  if (frozen !== null) return frozen[1]!;
  if (path.startsWith("<")) return path;
  const parts = path.replace(/\.(?:py|pyc|so|pyd)$/, "").split(/[\\/]/);
  if (parts.length > 1 && parts.at(-1) === "__init__") parts.pop();
  return parts.filter((part) => part !== "" && part !== ".").join(".");
}
