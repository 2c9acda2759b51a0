// SPDX-License-Identifier: MIT
import { ByteCursor, textAt } from "../bytes/byte-cursor.ts";
import type { WorkBudget } from "../bytes/work-budget.ts";
import type { AbbreviationTable } from "./abbreviations.ts";
import { Attribute, Form } from "./constants.ts";
import { EntryReader } from "./entry.ts";
import { type AddressRange, readRangeList, readRangeLists } from "./ranges.ts";
import type { DwarfSections } from "./sections.ts";
import type { UnitHeader } from "./unit.ts";

const NONE = -1;

/** One unit of `.debug_info` with what its first entry says, by which the forms of others are read. */
export class CompileUnit {
  readonly header: UnitHeader;
  readonly #sections: DwarfSections;
  readonly #abbreviations: AbbreviationTable;
  readonly #budget: WorkBudget;
  readonly #stringOffsetsBase: number;
  readonly #addressBase: number;
  readonly #rangeListsBase: number;
  readonly #lowPc: number = 0;
  /** Where its line program is in `.debug_line`; -1: it has none. */
  readonly lineProgram: number;
  /** The directory that relative files refer to. */
  readonly directory: string;
  /** The code that it describes. */
  readonly ranges: readonly AddressRange[];

  /** @throws DamagedFile */
  constructor(
    sections: DwarfSections,
    header: UnitHeader,
    abbreviations: AbbreviationTable,
    budget: WorkBudget,
  ) {
    this.#sections = sections;
    this.header = header;
    this.#abbreviations = abbreviations;
    this.#budget = budget;
    const entry = this.entries();
    const has = entry.next();
    const offset = (attribute: number, otherwise: number): number =>
      has && entry.form(attribute) !== 0 ? entry.value(attribute) : otherwise;
    // A table begins with a head; a base behind it is only left out where there is one table.
    this.#stringOffsetsBase = offset(Attribute.stringOffsetsBase, 2 * header.offsetBytes);
    this.#addressBase = offset(Attribute.addressBase, 2 * header.offsetBytes);
    this.#rangeListsBase = offset(Attribute.rangeListsBase, 4 + 2 * header.offsetBytes);
    this.lineProgram = offset(Attribute.lineProgram, NONE);
    this.directory = has ? this.text(entry, Attribute.directory) : "";
    this.#lowPc = has ? this.#address(entry, Attribute.lowPc) : 0;
    this.ranges = has ? this.rangesOf(entry) : [];
  }

  /** Its entries, from the first or from one at an offset in the section. */
  entries(at?: number): EntryReader {
    return new EntryReader(this.#sections.info, this.header, this.#abbreviations, at);
  }

  /** The code that an entry of this unit describes. */
  rangesOf(entry: EntryReader): readonly AddressRange[] {
    const form = entry.form(Attribute.ranges);
    if (form !== 0) return this.#rangeList(form, entry.value(Attribute.ranges));
    if (entry.form(Attribute.lowPc) === 0 || entry.form(Attribute.highPc) === 0) return [];
    const start = this.#address(entry, Attribute.lowPc);
    const high = entry.value(Attribute.highPc);
    const isAddress = isAddressForm(entry.form(Attribute.highPc));
    const end = isAddress ? this.#address(entry, Attribute.highPc) : start + high;
    return end > start ? [{ start, end }] : [];
  }

  /** A text; "" where the entry has it not, or it is in a file that we have not. */
  text(entry: EntryReader, attribute: number): string {
    const value = entry.value(attribute);
    switch (entry.form(attribute)) {
      case Form.string:
        return textAt(this.#sections.info, value);
      case Form.strp:
        return textAt(this.#sections.strings, value);
      case Form.lineStrp:
        return textAt(this.#sections.lineStrings, value);
      case Form.strx:
      case Form.strx1:
      case Form.strx2:
      case Form.strx3:
      case Form.strx4: {
        const { offsetBytes } = this.header;
        const at = this.#stringOffsetsBase + value * offsetBytes;
        const offset = numberAt(this.#sections.stringOffsets, at, offsetBytes);
        return offset === undefined ? "" : textAt(this.#sections.strings, offset);
      }
      default:
        return "";
    }
  }

  /** Where in the section an entry is that another refers to; `undefined`: in none that we have. */
  reference(entry: EntryReader, attribute: number): number | undefined {
    const value = entry.value(attribute);
    switch (entry.form(attribute)) {
      case Form.ref1:
      case Form.ref2:
      case Form.ref4:
      case Form.ref8:
      case Form.refUdata:
        return this.header.start + value;
      case Form.refAddr:
        return value;
      default:
        return undefined;
    }
  }

  #rangeList(form: number, value: number): AddressRange[] {
    const source = {
      encoding: this.header,
      base: this.#lowPc,
      budget: this.#budget,
      indexedAddress: (index: number) => this.#indexedAddress(index),
    };
    if (this.header.version < 5) return readRangeList(this.#sections.ranges, value, source);
    const lists = this.#sections.rangeLists;
    if (form !== Form.rnglistx) return readRangeLists(lists, value, source);
    const { offsetBytes } = this.header;
    const offset = numberAt(lists, this.#rangeListsBase + value * offsetBytes, offsetBytes);
    return offset === undefined ? [] : readRangeLists(lists, this.#rangeListsBase + offset, source);
  }

  #address(entry: EntryReader, attribute: number): number {
    const form = entry.form(attribute);
    if (form === 0) return 0;
    const value = entry.value(attribute);
    return form === Form.addr ? value : this.#indexedAddress(value);
  }

  #indexedAddress(index: number): number {
    const { addressBytes } = this.header;
    return (
      numberAt(this.#sections.addresses, this.#addressBase + index * addressBytes, addressBytes) ??
      0
    );
  }
}

function isAddressForm(form: number): boolean {
  return form === Form.addr || form === Form.addrx || (form >= Form.addrx1 && form <= Form.addrx4);
}

function numberAt(table: Uint8Array, at: number, size: number): number | undefined {
  if (!(at >= 0 && at + size <= table.length)) return undefined;
  return new ByteCursor(table, at).unsigned(size);
}
