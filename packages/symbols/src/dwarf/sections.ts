// SPDX-License-Identifier: MIT
import type { ElfFile } from "../elf/elf-file.ts";

/** The sections that tell lines and calls; empty where a file has them not. */
export interface DwarfSections {
  readonly info: Uint8Array;
  readonly abbreviations: Uint8Array;
  readonly line: Uint8Array;
  readonly strings: Uint8Array;
  readonly lineStrings: Uint8Array;
  readonly stringOffsets: Uint8Array;
  readonly addresses: Uint8Array;
  /** `.debug_ranges`, up to DWARF 4. */
  readonly ranges: Uint8Array;
  /** `.debug_rnglists`, DWARF 5. */
  readonly rangeLists: Uint8Array;
}

export function readDwarfSections(elf: ElfFile): DwarfSections {
  const bytes = (name: string): Uint8Array => elf.bytes(elf.section(`.debug_${name}`));
  return {
    info: bytes("info"),
    abbreviations: bytes("abbrev"),
    line: bytes("line"),
    strings: bytes("str"),
    lineStrings: bytes("line_str"),
    stringOffsets: bytes("str_offsets"),
    addresses: bytes("addr"),
    ranges: bytes("ranges"),
    rangeLists: bytes("rnglists"),
  };
}
