// SPDX-License-Identifier: MIT
import { ByteCursor } from "../bytes/byte-cursor.ts";
import { unlessDamaged } from "../bytes/damaged.ts";
import { WorkBudget } from "../bytes/work-budget.ts";
import { countBelow } from "../sorted-addresses.ts";
import { Abbreviations } from "./abbreviations.ts";
import { CompileUnit } from "./compile-unit.ts";
import { Attribute, Tag } from "./constants.ts";
import { FunctionNames } from "./function-names.ts";
import { LineHeader } from "./line-header.ts";
import { runLineProgram } from "./line-program.ts";
import type { AddressRange } from "./ranges.ts";
import type { DwarfSections } from "./sections.ts";
import { readUnitHeader, type UnitHeader } from "./unit.ts";

/** A function that an address lies in, and where in its source. */
export interface SourceCall {
  /** As linkers know it, or as the source has it; "": it is not told. */
  readonly name: string;
  /** "": unknown. */
  readonly file: string;
  /** 1-based; 0: unknown. */
  readonly line: number;
}

/** A function that contains addresses of a unit. */
interface Containing {
  readonly entry: number;
  readonly callFile: number;
  readonly callLine: number;
}

/** Steps of work for each byte of the sections: real files need about one. */
const WORK_PER_BYTE = 8;
const LEAST_WORK = 1 << 20;
const MOST_DEPTH = 256;

/** Answers from the DWARF of one file, versions 2 to 5. */
export class DebugInformation {
  readonly #sections: DwarfSections;

  constructor(sections: DwarfSections) {
    this.#sections = sections;
  }

  /**
   * The functions that each address lies in, innermost first: calls that were inlined, and last the
   * function that was compiled. Empty where nothing is told.
   *
   * @param addresses ascending, in the file's own numbering. The answers stand in their places.
   */
  locate(addresses: Float64Array): (readonly SourceCall[])[] {
    const { info, abbreviations, line, ranges, rangeLists } = this.#sections;
    const bytes = [info, abbreviations, line, ranges, rangeLists].reduce(
      (sum, { length }) => sum + length,
      0,
    );
    const budget = new WorkBudget(WORK_PER_BYTE * bytes + LEAST_WORK);
    const found: (readonly SourceCall[])[] = Array.from(addresses, () => []);
    const tables = new Abbreviations(abbreviations, budget);
    const names = new FunctionNames(info, (offset) => this.#unitAt(offset, tables, budget));
    for (const header of this.#unitHeaders()) {
      unlessDamaged(() => {
        const unit = new CompileUnit(
          this.#sections,
          header,
          tables.at(header.abbreviations),
          budget,
        );
        const indexes = indexesIn(unit.ranges, addresses).filter((i) => found[i]!.length === 0);
        if (indexes.length === 0) return;
        const wanted = Float64Array.from(indexes, (i) => addresses[i]!);
        const calls = this.#callsIn(unit, wanted, budget, names);
        calls.forEach((call, i) => {
          found[indexes[i]!] = call;
        });
      }, undefined);
    }
    return found;
  }

  *#unitHeaders(): Generator<UnitHeader> {
    const cursor = new ByteCursor(this.#sections.info);
    while (cursor.left > 0) {
      const header = unlessDamaged(() => readUnitHeader(cursor), undefined);
      if (header === undefined) return;
      cursor.seek(header.end);
      if (header.firstEntry < header.end) yield header;
    }
  }

  #unitAt(offset: number, tables: Abbreviations, budget: WorkBudget): CompileUnit | undefined {
    for (const header of this.#unitHeaders()) {
      budget.spend(1);
      if (offset < header.firstEntry || offset >= header.end) continue;
      return new CompileUnit(this.#sections, header, tables.at(header.abbreviations), budget);
    }
    return undefined;
  }

  #callsIn(
    unit: CompileUnit,
    addresses: Float64Array,
    budget: WorkBudget,
    names: FunctionNames,
  ): SourceCall[][] {
    const lines = unlessDamaged(() => this.#linesIn(unit, addresses, budget), undefined);
    const containing: Containing[][] = Array.from(addresses, () => []);
    // What was found before the damage is right.
    unlessDamaged(() => findContaining(unit, addresses, containing, budget), undefined);
    return containing.map((outerFirst, i) => {
      let { file, line } = lines?.rows[i] ?? { file: "", line: 0 };
      const calls: SourceCall[] = [];
      for (const { entry, callFile, callLine } of outerFirst.toReversed()) {
        calls.push({ name: names.nameOf(unit, entry), file, line });
        file = lines?.header.file(callFile) ?? "";
        line = callLine;
      }
      if (calls.length === 0 && line > 0) calls.push({ name: "", file, line });
      return calls;
    });
  }

  #linesIn(
    unit: CompileUnit,
    addresses: Float64Array,
    budget: WorkBudget,
  ): { header: LineHeader; rows: { file: string; line: number }[] } | undefined {
    if (unit.lineProgram < 0) return undefined;
    const { line } = this.#sections;
    const header = new LineHeader(this.#sections, unit.lineProgram, unit.header, unit.directory);
    const rows: { file: string; line: number }[] = [];
    unlessDamaged(
      () =>
        runLineProgram(line, header, addresses, budget, (i, row) => {
          rows[i] ??= { file: header.file(row.file), line: row.line };
        }),
      undefined,
    );
    return { header, rows };
  }
}

/** Finds the functions, compiled and inlined, that contain addresses, outermost first. */
function findContaining(
  unit: CompileUnit,
  addresses: Float64Array,
  containing: readonly Containing[][],
  budget: WorkBudget,
): void {
  const entry = unit.entries();
  while (entry.next()) {
    if (entry.tag !== Tag.subprogram && entry.tag !== Tag.inlinedSubroutine) continue;
    const indexes = indexesIn(unit.rangesOf(entry), addresses);
    budget.spend(1 + indexes.length);
    if (indexes.length === 0) {
      entry.skipChildren();
      continue;
    }
    const isInlined = entry.tag === Tag.inlinedSubroutine;
    const number = (attribute: number): number =>
      isInlined && entry.form(attribute) !== 0 ? entry.value(attribute) : 0;
    const one = {
      entry: entry.offset,
      callFile: number(Attribute.callFile),
      callLine: number(Attribute.callLine),
    };
    for (const index of indexes) {
      if (containing[index]!.length < MOST_DEPTH) containing[index]!.push(one);
    }
  }
}

/** Which of the addresses lie in one of the ranges; ascending. */
function indexesIn(ranges: readonly AddressRange[], addresses: Float64Array): number[] {
  const indexes = new Set<number>();
  for (const { start, end } of ranges) {
    const last = countBelow(addresses, end);
    for (let i = countBelow(addresses, start); i < last; i++) indexes.add(i);
  }
  return [...indexes].sort((left, right) => left - right);
}
