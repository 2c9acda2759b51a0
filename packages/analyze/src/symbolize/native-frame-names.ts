// SPDX-License-Identifier: MIT
import { create } from "@bufbuild/protobuf";
import {
  type columns,
  NativeFrameFlag,
  type NativeSymbol,
  NativeSymbolSchema,
} from "@pyspy/schemas";
import { hexadecimal } from "../bytes/hexadecimal.ts";
import { check } from "../read/malformed.ts";
import { readVarints64, VarintColumn } from "../read/varint.ts";
import type { Library, NameAddresses, NativeName } from "./native-names.ts";

/** The symbols of a frame, and the library that it is in. */
export interface NamedFrame {
  readonly library: Library;
  readonly address: number;
  /** As recorded, or as they are now. */
  readonly symbols: readonly NativeSymbol[];
  readonly isNew: boolean;
}

/** Beyond, numbers lose bits: no program is loaded there. */
const MOST_ADDRESS = 2n ** 53n;

/** The native frames of one chunk, whose symbols are made anew where they get better by it. */
export class NativeFrameNames {
  readonly #libraries: Library[] = [];
  /** Library of every frame, -1 for none; its address, and the symbols that were recorded. */
  readonly #library: number[] = [];
  readonly #address: number[] = [];
  readonly #recorded: NativeSymbol[][] = [];
  readonly #column = new VarintColumn();

  /** Takes the frames of a record, and its symbols, whose texts are not rewritten yet. */
  add(tables: columns.Tables, text: (id: number) => string): void {
    for (const { path, buildId } of tables.mapping) {
      this.#libraries.push({ path: text(path), buildId: hexadecimal(buildId) });
    }
    if (tables.nativeFrames !== undefined) this.#addFrames(tables.nativeFrames);
    for (const symbol of tables.nativeSymbol) {
      const recorded = this.#recorded[symbol.frame - 1];
      check(recorded !== undefined, `symbol of native frame ${symbol.frame}`);
      recorded.push(symbol);
    }
  }

  #addFrames({ mapping, address, flags }: columns.NativeFrames): void {
    const column = this.#column;
    const addresses = readVarints64(address);
    column.read(flags);
    check(column.length === addresses.length, "columns of native_frames differ in length");
    for (let i = 0; i < addresses.length; i++) {
      const isReturn = (column.values[i]! & NativeFrameFlag.NATIVE_FRAME_RETURN_ADDRESS) !== 0;
      const lookup = addresses[i]! - (isReturn ? 1n : 0n);
      this.#address.push(lookup >= 0n && lookup < MOST_ADDRESS ? Number(lookup) : -1);
      this.#recorded.push([]);
    }
    column.read(mapping);
    check(column.length === addresses.length, "columns of native_frames differ in length");
    for (let i = 0; i < column.length; i++) {
      check(column.values[i]! <= this.#libraries.length, `mapping ${column.values[i]}`);
      this.#library.push(column.values[i]! - 1);
    }
  }

  /** All frames that are in a library, with the symbols that they have now. */
  name(nameAddresses: NameAddresses, intern: (text: string) => number): NamedFrame[] {
    const named: NamedFrame[] = [];
    this.#libraries.forEach((library, index) => {
      const frames = this.#library.flatMap((one, frame) => (one === index ? frame : []));
      const addresses = frames.map((frame) => this.#address[frame]!).filter((one) => one >= 0);
      const found = addresses.length === 0 ? undefined : nameAddresses(library, addresses);
      for (const frame of frames) {
        const recorded = this.#recorded[frame]!;
        const names = found?.get(this.#address[frame]!) ?? [];
        const isNew = isBetter(names, recorded);
        const symbols = isNew ? names.map((name) => symbolOf(frame + 1, name, intern)) : recorded;
        named.push({ library, address: this.#address[frame]!, symbols, isNew });
      }
    });
    return named;
  }
}

/** Names with a line are never given up for names without. */
function isBetter(names: readonly NativeName[], recorded: readonly NativeSymbol[]): boolean {
  if (names.length === 0) return false;
  return names.some(({ line }) => line > 0) || recorded.every(({ line }) => line === 0);
}

function symbolOf(frame: number, name: NativeName, intern: (text: string) => number): NativeSymbol {
  return create(NativeSymbolSchema, {
    frame,
    name: intern(name.name),
    rawName: name.rawName === name.name ? 0 : intern(name.rawName),
    file: intern(name.file),
    line: name.line,
    startAddress: BigInt(name.start),
  });
}
