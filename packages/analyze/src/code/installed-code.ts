// SPDX-License-Identifier: MIT
import { pythonOrigin } from "./code-origin.ts";

/**
 * Where a prefix keeps what is installed into it. Other directories below one may be anything: "/usr"
 * is a prefix, and an application may be in /usr/src/app.
 */
const INSTALLED_INTO = /^(?:local[\\/])?(?:lib|lib64|Lib|bin|Scripts|python\d+\.zip)[\\/]/;

/**
 * Says whether a file came with the interpreter or with a package, rather than with the program.
 *
 * @param prefixes directories of the interpreter and its environment, as recorded. Without any, names
 *   of directories decide (site-packages, lib/python3.12).
 */
export function isInstalledCode(file: string, prefixes: readonly string[]): boolean {
  if (file.startsWith("<frozen ")) return true;
  if (prefixes.length === 0) {
    const { owner } = pythonOrigin(file);
    return owner === "stdlib" || owner === "package";
  }
  return prefixes.some((prefix) => {
    const directory = prefix.replace(/[\\/]$/, "");
    const separator = file[directory.length];
    if (!file.startsWith(directory) || (separator !== "/" && separator !== "\\")) return false;
    return INSTALLED_INTO.test(file.slice(directory.length + 1));
  });
}

/** Says whether the system brought a file of native code, or the kernel did ("[vdso]"). */
export function isOfSystem(module: string): boolean {
  return module === "" || /^\[|^(?:\/usr)?\/(?:lib|lib32|lib64|bin)\//.test(module);
}
