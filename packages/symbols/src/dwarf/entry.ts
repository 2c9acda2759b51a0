// SPDX-License-Identifier: MIT
import { ByteCursor } from "../bytes/byte-cursor.ts";
import { damaged } from "../bytes/damaged.ts";
import type { AbbreviationTable } from "./abbreviations.ts";
import { Attribute, Form } from "./constants.ts";
import { readForm } from "./forms.ts";
import type { UnitHeader } from "./unit.ts";

/** The attributes that are kept, each in its place of `Entry.values`. */
const KEPT: readonly number[] = Object.values(Attribute);
const PLACES = new Int8Array(0x2100).fill(-1);
KEPT.forEach((attribute, place) => {
  PLACES[attribute] = place;
});

/** Reads the entries of a unit one after the other, as deep as they may be. */
export class EntryReader {
  readonly #cursor: ByteCursor;
  readonly #unit: UnitHeader;
  readonly #abbreviations: AbbreviationTable;
  readonly #values = new Float64Array(KEPT.length);
  readonly #forms = new Uint16Array(KEPT.length);
  /** Of the entry that was read last: where it begins, and what it is. */
  offset = 0;
  tag = 0;

  /** `at`: an offset in the section, of an entry of the unit. */
  constructor(
    info: Uint8Array,
    unit: UnitHeader,
    abbreviations: AbbreviationTable,
    at: number = unit.firstEntry,
  ) {
    if (at < unit.firstEntry || at > unit.end) damaged("an entry outside of its unit");
    this.#cursor = new ByteCursor(info, at, unit.end);
    this.#unit = unit;
    this.#abbreviations = abbreviations;
  }

  /** Reads the next entry; false at the end of the unit. */
  next(): boolean {
    const cursor = this.#cursor;
    while (cursor.left > 0) {
      this.offset = cursor.at;
      const code = cursor.uleb();
      if (code === 0) continue; // ends the children of an entry
      const abbreviation = this.#abbreviations.get(code);
      if (abbreviation === undefined) return damaged(`abbreviation ${code}`);
      this.tag = abbreviation.tag;
      this.#forms.fill(0);
      const { attributes } = abbreviation;
      for (let i = 0; i < attributes.length; i += 3) {
        let form = attributes[i + 1]!;
        if (form === Form.indirect) form = cursor.uleb();
        const value = readForm(cursor, form, attributes[i + 2]!, this.#unit);
        const place = PLACES[attributes[i]!] ?? -1;
        if (place < 0) continue;
        this.#values[place] = value;
        this.#forms[place] = form;
      }
      return true;
    }
    return false;
  }

  /** The form of an attribute of `KEPT`; 0: the entry has it not. */
  form(attribute: number): number {
    return this.#forms[PLACES[attribute]!]!;
  }

  value(attribute: number): number {
    return this.#values[PLACES[attribute]!]!;
  }

  /** Passes over the children of the entry, where it says where they end. */
  skipChildren(): void {
    if (this.form(Attribute.sibling) === 0) return;
    const next = this.#unit.start + this.value(Attribute.sibling);
    if (next > this.#cursor.at && next <= this.#unit.end) this.#cursor.seek(next);
  }
}
