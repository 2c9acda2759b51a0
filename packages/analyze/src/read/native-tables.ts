// SPDX-License-Identifier: MIT
import type { columns, Mapping, NativeSymbol } from "@pyspy/schemas";
import { GrowableInt32 } from "../model/growable.ts";
import { check, malformed } from "./malformed.ts";
import { addStacks } from "./stack-columns.ts";
import { readVarints64, VarintColumn } from "./varint.ts";

/** The tables of a chunk about native code. Ids count from 1, as in `ChunkTables`. */
export class NativeTables {
  readonly mappings: Mapping[] = [];
  /** Id of the mapping; 0: in none. */
  readonly frameMapping: GrowableInt32 = new GrowableInt32();
  readonly frameAddress: bigint[] = [];
  readonly frameFlags: GrowableInt32 = new GrowableInt32();
  /** Id of the parent, 0 for a root; always below the own id. */
  readonly stackParent: GrowableInt32 = new GrowableInt32();
  readonly stackFrame: GrowableInt32 = new GrowableInt32();
  /** Names by frame id; several of one frame are inlined calls, innermost first. */
  readonly symbols: Map<number, NativeSymbol[]> = new Map();
  symbolCount = 0;
  readonly #column = new VarintColumn();

  /** @throws Malformed at the first entry that breaks a rule. */
  add(tables: columns.Tables, checkString: (id: number) => void): void {
    for (const mapping of tables.mapping) {
      checkString(mapping.path);
      this.mappings.push(mapping);
    }
    if (tables.nativeFrames !== undefined) this.#addFrames(tables.nativeFrames);
    const stacks = tables.nativeStacks;
    if (stacks !== undefined)
      addStacks(this, stacks, this.frameFlags.length, "native", this.#column);
    for (const symbol of tables.nativeSymbol) this.#addSymbol(symbol, checkString);
  }

  #addFrames(frames: columns.NativeFrames): void {
    const column = this.#column;
    column.read(frames.mapping);
    const count = column.length;
    for (let i = 0; i < count; i++) {
      const mapping = column.values[i]!;
      if (mapping > this.mappings.length) malformed(`native frame of mapping ${mapping}`);
      this.frameMapping.push(mapping);
    }
    column.read(frames.flags);
    const addresses = readVarints64(frames.address);
    const equal = column.length === count && addresses.length === count;
    check(equal, "columns of native_frames differ in length");
    for (let i = 0; i < count; i++) this.frameFlags.push(column.values[i]!);
    for (const address of addresses) this.frameAddress.push(address);
  }

  #addSymbol(symbol: NativeSymbol, checkString: (id: number) => void): void {
    const { frame } = symbol;
    check(frame > 0 && frame <= this.frameFlags.length, `symbol of native frame ${frame}`);
    for (const id of [symbol.name, symbol.rawName, symbol.file]) checkString(id);
    const known = this.symbols.get(frame);
    if (known === undefined) this.symbols.set(frame, [symbol]);
    else known.push(symbol);
    this.symbolCount++;
  }
}
