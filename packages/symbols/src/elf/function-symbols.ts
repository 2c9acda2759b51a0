// SPDX-License-Identifier: MIT
import { ByteCursor, textAt } from "../bytes/byte-cursor.ts";
import { unlessDamaged } from "../bytes/damaged.ts";
import { WorkBudget } from "../bytes/work-budget.ts";
import { countBelow } from "../sorted-addresses.ts";
import { DYNAMIC_SYMBOL_TABLE, type ElfFile, type ElfSection, SYMBOL_TABLE } from "./elf-file.ts";

/** A function as a symbol table has it. */
export interface FunctionSymbol {
  /** In the file's own numbering. */
  readonly start: number;
  /** As it stands there. */
  readonly name: string;
}

const SYMBOL_BYTES = 24;
const STT_NOTYPE = 0;
const STT_FUNC = 2;
const STT_GNU_IFUNC = 10;
/** A label in assembly code, which has no size, names what is so near. Beyond may be functions whose names
 * were stripped. */
const REACH_OF_LABEL = 512;
/** Functions do not overlap; millions that do would keep us for hours. */
const MOST_CANDIDATES = 50_000_000;

interface Found {
  readonly start: number;
  readonly nameOffset: number;
  readonly names: Uint8Array;
  readonly rank: readonly number[];
}

/**
 * The functions that addresses lie in, by one pass over the symbol tables.
 *
 * @param addresses ascending. The answers stand in their places.
 */
export function findFunctions(
  elf: ElfFile,
  addresses: Float64Array,
): (FunctionSymbol | undefined)[] {
  const found: (Found | undefined)[] = Array.from(addresses, () => undefined);
  for (const type of [DYNAMIC_SYMBOL_TABLE, SYMBOL_TABLE]) {
    const table = elf.sections.find((one) => one.type === type);
    if (table !== undefined)
      unlessDamaged(() => lookThrough(elf, table, addresses, found), undefined);
  }
  return found.map((one) => one && { start: one.start, name: nameOf(one) });
}

/** Without its version: "memcpy@@GLIBC_2.14". */
function nameOf({ names, nameOffset }: Found): string {
  return textAt(names, nameOffset).replace(/(?<=.)@.*$/s, "");
}

function lookThrough(
  elf: ElfFile,
  table: ElfSection,
  addresses: Float64Array,
  found: (Found | undefined)[],
): void {
  const names = elf.bytes(elf.sections[table.link]);
  const symbols = new ByteCursor(elf.bytes(table));
  const budget = new WorkBudget(MOST_CANDIDATES);
  while (symbols.left >= SYMBOL_BYTES) {
    const nameOffset = symbols.u32();
    const info = symbols.u8();
    symbols.u8();
    const section = symbols.u16();
    const start = symbols.u64();
    const size = symbols.u64();
    const type = info & 15;
    const isCode = type === STT_FUNC || type === STT_GNU_IFUNC || type === STT_NOTYPE;
    if (!isCode || section === 0 || start === 0) continue;
    const first = countBelow(addresses, start);
    const last = countBelow(addresses, start + (size === 0 ? REACH_OF_LABEL : size));
    if (first === last || (names[nameOffset] ?? 0) === 0) continue;
    budget.spend(last - first);
    const rank = rankOf(type, size, start, info >> 4, underscores(names, nameOffset));
    for (let i = first; i < last; i++) {
      const known = found[i];
      if (known === undefined || isBelow(known.rank, rank)) {
        found[i] = { start, nameOffset, names, rank };
      }
    }
  }
}

/** Of two symbols for one address, the better name: a function before a label, one that has a size, the
 * nearest one, one with fewer underscores (read before __read), a global one. */
function rankOf(
  type: number,
  size: number,
  start: number,
  binding: number,
  leading: number,
): number[] {
  const strength = binding === 1 ? 2 : binding === 2 ? 1 : 0;
  return [type === STT_NOTYPE ? 0 : 1, size === 0 ? 0 : 1, start, -leading, strength];
}

function isBelow(left: readonly number[], right: readonly number[]): boolean {
  const at = left.findIndex((value, i) => value !== right[i]);
  return at >= 0 && left[at]! < right[at]!;
}

function underscores(names: Uint8Array, offset: number): number {
  let count = 0;
  while (count < 16 && names[offset + count] === 0x5f) count++;
  return count;
}
