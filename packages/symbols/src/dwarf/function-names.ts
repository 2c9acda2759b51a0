// SPDX-License-Identifier: MIT
import { unlessDamaged } from "../bytes/damaged.ts";
import type { CompileUnit } from "./compile-unit.ts";
import { Attribute } from "./constants.ts";

const MOST_HOPS = 8;

/** Names of functions by their entries: an inlined call refers to what it calls, and that to where it was
 * declared. */
export class FunctionNames {
  readonly #sectionBytes: number;
  readonly #unitAt: (offset: number) => CompileUnit | undefined;
  readonly #known = new Map<number, string>();
  readonly #units = new Map<number, CompileUnit>();

  constructor(info: Uint8Array, unitAt: (offset: number) => CompileUnit | undefined) {
    this.#sectionBytes = info.length;
    this.#unitAt = unitAt;
  }

  /** The name that the linker knows, else that of the source; "" where neither is told. */
  nameOf(unit: CompileUnit, entry: number): string {
    const known = this.#known.get(entry);
    if (known !== undefined) return known;
    const name = unlessDamaged(() => this.#read(unit, entry), "");
    this.#known.set(entry, name);
    return name;
  }

  #read(unit: CompileUnit, start: number): string {
    let plain = "";
    let inUnit = unit;
    let at = start;
    for (let hop = 0; hop < MOST_HOPS; hop++) {
      const entry = inUnit.entries(at);
      if (!entry.next()) break;
      for (const attribute of [Attribute.linkageName, Attribute.mipsLinkageName]) {
        const name = inUnit.text(entry, attribute);
        if (name !== "") return name;
      }
      if (plain === "") plain = inUnit.text(entry, Attribute.name);
      const next =
        inUnit.reference(entry, Attribute.abstractOrigin) ??
        inUnit.reference(entry, Attribute.specification);
      if (next === undefined || next >= this.#sectionBytes) break;
      const nextUnit = this.#unitOf(next, inUnit);
      if (nextUnit === undefined) break;
      inUnit = nextUnit;
      at = next;
    }
    return plain;
  }

  #unitOf(offset: number, current: CompileUnit): CompileUnit | undefined {
    const { firstEntry, end } = current.header;
    if (offset >= firstEntry && offset < end) return current;
    for (const unit of this.#units.values()) {
      if (offset >= unit.header.firstEntry && offset < unit.header.end) return unit;
    }
    const unit = this.#unitAt(offset);
    if (unit !== undefined) this.#units.set(unit.header.start, unit);
    return unit;
  }
}
