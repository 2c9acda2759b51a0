// SPDX-License-Identifier: MIT

import { crc32 } from "../bytes/crc32.ts";
import { LineTable, type LineTableSource } from "../code/line-table.ts";
import type { PythonFunction } from "./profile.ts";

/** A code object of the profile: a function, and one way in which it was compiled. */
export interface Code {
  /** Index in `FunctionInterner.functions`. */
  readonly function: number;
  readonly lines: LineTable;
}

interface KnownCode extends Code {
  readonly table: Uint8Array;
}

/** Tables with equal checksums that are told apart; beyond, tables are decoded once more. */
const MAX_ALIKE = 8;

/**
 * Gives every distinct function an index, and finds code objects that were seen before: each chunk
 * of a capture repeats them, and a line table is worth decoding only once.
 */
export class FunctionInterner {
  readonly functions: PythonFunction[] = [];
  readonly #functionIndex = new Map<string, number>();
  readonly #codes = new Map<string, KnownCode[]>();

  /** The code object; `source.bytes` is copied if it is kept. */
  code(definition: PythonFunction, source: LineTableSource): Code {
    const index = this.#function(definition);
    const { kind, bytes, truncated } = source;
    const key = `${index} ${kind} ${truncated} ${bytes.length} ${crc32(bytes)}`;
    let alike = this.#codes.get(key);
    if (alike === undefined) {
      alike = [];
      this.#codes.set(key, alike);
    }
    const known = alike.find((code) => equalBytes(code.table, bytes));
    if (known !== undefined) return known;
    const table = bytes.slice();
    const code = { function: index, lines: new LineTable({ ...source, bytes: table }), table };
    if (alike.length < MAX_ALIKE) alike.push(code);
    return code;
  }

  #function(definition: PythonFunction): number {
    const { name, file, firstLine, flags } = definition;
    const key = `${firstLine} ${flags} ${file.length} ${file}${name}`;
    const known = this.#functionIndex.get(key);
    if (known !== undefined) return known;
    const index = this.functions.push(definition) - 1;
    this.#functionIndex.set(key, index);
    return index;
  }
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
