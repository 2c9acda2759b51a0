// SPDX-License-Identifier: MIT
import { ByteCursor } from "../bytes/byte-cursor.ts";
import { damaged } from "../bytes/damaged.ts";
import type { WorkBudget } from "../bytes/work-budget.ts";
import type { Encoding } from "./unit.ts";

/** Addresses from `start` up to, not including, `end`. */
export interface AddressRange {
  readonly start: number;
  readonly end: number;
}

/** What entries of a list refer to. */
export interface RangeSource {
  readonly encoding: Encoding;
  /** What offsets count from, until the list says otherwise. */
  readonly base: number;
  readonly budget: WorkBudget;
  indexedAddress(index: number): number;
}

/** A list of `.debug_ranges` (DWARF 4, section 2.17.3). */
export function readRangeList(
  section: Uint8Array,
  offset: number,
  { encoding: { addressBytes }, base, budget }: RangeSource,
): AddressRange[] {
  const cursor = new ByteCursor(section, offset);
  const largest = 2 ** (8 * addressBytes) - 1;
  const ranges: AddressRange[] = [];
  for (let from = base; ; ) {
    budget.spend(1);
    const start = cursor.unsigned(addressBytes);
    const end = cursor.unsigned(addressBytes);
    if (start === 0 && end === 0) return ranges;
    if (start === largest) from = end;
    else if (end > start) ranges.push({ start: from + start, end: from + end });
  }
}

/** A list of `.debug_rnglists` (DWARF 5, section 2.17.3). */
export function readRangeLists(
  section: Uint8Array,
  offset: number,
  source: RangeSource,
): AddressRange[] {
  const cursor = new ByteCursor(section, offset);
  const { addressBytes } = source.encoding;
  const ranges: AddressRange[] = [];
  let { base } = source;
  const add = (start: number, end: number): void => {
    if (end > start) ranges.push({ start, end });
  };
  for (;;) {
    source.budget.spend(1);
    const kind = cursor.u8();
    switch (kind) {
      case 0: // end of list
        return ranges;
      case 1: // base_addressx
        base = source.indexedAddress(cursor.uleb());
        break;
      case 2: // startx_endx
        add(source.indexedAddress(cursor.uleb()), source.indexedAddress(cursor.uleb()));
        break;
      case 3: {
        // startx_length
        const start = source.indexedAddress(cursor.uleb());
        add(start, start + cursor.uleb());
        break;
      }
      case 4: // offset_pair
        add(base + cursor.uleb(), base + cursor.uleb());
        break;
      case 5: // base_address
        base = cursor.unsigned(addressBytes);
        break;
      case 6: // start_end
        add(cursor.unsigned(addressBytes), cursor.unsigned(addressBytes));
        break;
      case 7: {
        // start_length
        const start = cursor.unsigned(addressBytes);
        add(start, start + cursor.uleb());
        break;
      }
      default:
        damaged(`a range of kind ${kind}`);
    }
  }
}
