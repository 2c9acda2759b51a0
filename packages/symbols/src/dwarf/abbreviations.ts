// SPDX-License-Identifier: MIT
import { ByteCursor } from "../bytes/byte-cursor.ts";
import { damaged } from "../bytes/damaged.ts";
import type { WorkBudget } from "../bytes/work-budget.ts";
import { Form } from "./constants.ts";

/** How the entries of one kind are laid out. */
export interface Abbreviation {
  readonly tag: number;
  /** Attribute, form and constant of each attribute in turn; the constant is 0 unless the form has it. */
  readonly attributes: readonly number[];
}

export type AbbreviationTable = ReadonlyMap<number, Abbreviation>;

const MOST_ATTRIBUTES = 256;
/** Attributes that take no byte of an entry: a few, or entries of a byte would take endless work. */
const MOST_WITHOUT_BYTES = 48;

/** Tables of abbreviations, which units share. */
export class Abbreviations {
  readonly #section: Uint8Array;
  readonly #budget: WorkBudget;
  readonly #known = new Map<number, AbbreviationTable>();

  constructor(section: Uint8Array, budget: WorkBudget) {
    this.#section = section;
    this.#budget = budget;
  }

  /** @throws DamagedFile */
  at(offset: number): AbbreviationTable {
    const known = this.#known.get(offset);
    if (known !== undefined) return known;
    const cursor = new ByteCursor(this.#section, offset);
    const table = new Map<number, Abbreviation>();
    for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) {
      const start = cursor.at;
      const tag = cursor.uleb();
      cursor.u8();
      table.set(code, { tag, attributes: readAttributes(cursor) });
      this.#budget.spend(cursor.at - start);
    }
    this.#known.set(offset, table);
    return table;
  }
}

function readAttributes(cursor: ByteCursor): number[] {
  const attributes: number[] = [];
  let withoutBytes = 0;
  for (;;) {
    const attribute = cursor.uleb();
    const form = cursor.uleb();
    const isImplicit = form === Form.implicitConst;
    const constant = isImplicit ? cursor.sleb() : 0;
    if (attribute === 0 && form === 0) return attributes;
    attributes.push(attribute, form, constant);
    if (isImplicit || form === Form.flagPresent) withoutBytes++;
    if (attributes.length > 3 * MOST_ATTRIBUTES || withoutBytes > MOST_WITHOUT_BYTES) {
      damaged("an abbreviation with too many attributes");
    }
  }
}
