// SPDX-License-Identifier: MIT
import type { CythonSources } from "./cython/cython-sources.ts";
import { demangled } from "./demangle/demangle.ts";
import { DebugInformation, type SourceCall } from "./dwarf/debug-information.ts";
import { readDwarfSections } from "./dwarf/sections.ts";
import type { ElfFile } from "./elf/elf-file.ts";
import { findFunctions } from "./elf/function-symbols.ts";
import { sortedAddresses } from "./sorted-addresses.ts";

/** A function that an address lies in: the one that was compiled, or one that was inlined in it. */
export interface SourceFunction {
  /** For people; never "". */
  readonly name: string;
  /** As linkers know it; the same as `name` where that is not mangled. */
  readonly rawName: string;
  /** Of its source; "": unknown. */
  readonly file: string;
  /** 1-based; 0: unknown. */
  readonly line: number;
  /** Where it begins in the file's own numbering; 0: not told, or inlined. */
  readonly start: number;
}

/** Names addresses of one program or library, from all files that are known of it: the file itself and
 * its debug files, which have the same build id. */
export class Symbolizer {
  readonly #files: readonly ElfFile[];
  readonly #cython: CythonSources | undefined;
  #debugInformation: DebugInformation | undefined;

  /** `cython`: where lines of generated code come from; without it they are those of the generated code. */
  constructor(files: readonly ElfFile[], cython?: CythonSources) {
    this.#files = files;
    this.#cython = cython;
  }

  /**
   * The functions of each address, innermost first; empty where none is known.
   *
   * @param addresses in the file's own numbering, of instructions and not of return addresses.
   */
  locate(addresses: Iterable<number>): Map<number, readonly SourceFunction[]> {
    const sorted = sortedAddresses(addresses);
    const calls = this.#debug()?.locate(sorted);
    const symbols = this.#symbols(sorted);
    const located = new Map<number, readonly SourceFunction[]>();
    sorted.forEach((address, i) => {
      const functions = functionsOf(calls?.[i] ?? [], symbols[i]);
      located.set(
        address,
        functions.map((one) => this.#inCython(one)),
      );
    });
    return located;
  }

  #inCython(one: SourceFunction): SourceFunction {
    if (!one.rawName.startsWith("__pyx_")) return one;
    return { ...one, ...this.#cython?.locate(one.file, one.line) };
  }

  #symbols(addresses: Float64Array): ReturnType<typeof findFunctions> {
    // A stripped file has those that it exports; its debug file has all.
    const inOrder = [...this.#files].sort((a, b) => Number(b.hasSymbols) - Number(a.hasSymbols));
    const found: ReturnType<typeof findFunctions> = Array.from(addresses, () => undefined);
    for (const file of inOrder) {
      findFunctions(file, addresses).forEach((symbol, i) => {
        found[i] ??= symbol;
      });
    }
    return found;
  }

  #debug(): DebugInformation | undefined {
    if (this.#debugInformation !== undefined) return this.#debugInformation;
    const file = this.#files.find(({ hasLines }) => hasLines);
    if (file !== undefined) this.#debugInformation = new DebugInformation(readDwarfSections(file));
    return this.#debugInformation;
  }
}

/** The function that was compiled is named by its symbol, where there is one: parts that a compiler has
 * split off have symbols of their own. */
function functionsOf(
  calls: readonly SourceCall[],
  symbol: { readonly name: string; readonly start: number } | undefined,
): readonly SourceFunction[] {
  const functions = calls
    .slice(0, -1)
    .map((call) => ({ ...named(call.name), ...placed(call), start: 0 }));
  const outer = calls.at(-1);
  const name = symbol?.name ?? outer?.name ?? "";
  const place = outer === undefined ? { file: "", line: 0 } : placed(outer);
  if (name !== "") functions.push({ ...named(name), ...place, start: symbol?.start ?? 0 });
  return functions.filter((one) => one.name !== "");
}

function named(rawName: string): { name: string; rawName: string } {
  return { name: demangled(rawName), rawName };
}

function placed({ file, line }: SourceCall): { file: string; line: number } {
  return { file, line };
}
