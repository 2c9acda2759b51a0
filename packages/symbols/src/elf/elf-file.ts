// SPDX-License-Identifier: MIT
import { ByteCursor, textAt } from "../bytes/byte-cursor.ts";
import type { ByteSource } from "../bytes/byte-source.ts";
import { damaged, unlessDamaged } from "../bytes/damaged.ts";
import { decompressSection } from "./compressed-section.ts";
import { buildIdOfNotes } from "./notes.ts";

// System V ABI, "Object Files"; sizes are those of 64-bit files.
const HEADER_BYTES = 64;
const SECTION_HEADER_BYTES = 64;
const SHT_NOTE = 7;
const SHT_NOBITS = 8;
const SHF_COMPRESSED = 0x800;
const MOST_SECTIONS = 65_536;
const EMPTY: Uint8Array = new Uint8Array(0);

/** Sections beyond this are treated as absent: the largest of real programs are smaller. */
export const MOST_SECTION_BYTES: number = 1 << 30;

export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

/** A 64-bit little-endian ELF file. Nothing in it is trusted: what does not fit the file is treated as
 * absent. */
export class ElfFile {
  readonly #source: ByteSource;
  readonly sections: readonly ElfSection[];

  private constructor(source: ByteSource, sections: readonly ElfSection[]) {
    this.#source = source;
    this.sections = sections;
  }

  /** `undefined`: it is no such file. */
  static open(source: ByteSource): ElfFile | undefined {
    const sections = unlessDamaged(() => readSections(source), undefined);
    return sections && new ElfFile(source, sections);
  }

  section(name: string): ElfSection | undefined {
    return this.sections.find((one) => one.name === name);
  }

  /** Bytes of a section, decompressed; none where it is absent, or only takes place in memory. */
  bytes(section: ElfSection | undefined): Uint8Array {
    if (section === undefined || section.type === SHT_NOBITS) return EMPTY;
    if (section.size > MOST_SECTION_BYTES || section.offset + section.size > this.#source.size) {
      return EMPTY;
    }
    const bytes = this.#source.read(section.offset, section.size);
    if ((section.flags & SHF_COMPRESSED) === 0) return bytes;
    return unlessDamaged(() => decompressSection(bytes, MOST_SECTION_BYTES), EMPTY);
  }

  /** What the linker identified the file by, in hexadecimal; "": it has not. */
  get buildId(): string {
    for (const section of this.sections) {
      if (section.type !== SHT_NOTE || section.size > HEADER_BYTES * 1024) continue;
      const id = unlessDamaged(() => buildIdOfNotes(this.bytes(section)), "");
      if (id !== "") return id;
    }
    return "";
  }

  /** Whether it has names of functions, other than those that it exports. */
  get hasSymbols(): boolean {
    return this.section(".symtab")?.type === SYMBOL_TABLE;
  }

  /** Whether it tells lines. */
  get hasLines(): boolean {
    const section = this.section(".debug_info");
    return section !== undefined && section.type !== SHT_NOBITS;
  }
}

/** Section type of `.symtab`. */
export const SYMBOL_TABLE = 2;
/** Section type of `.dynsym`. */
export const DYNAMIC_SYMBOL_TABLE = 11;

function readSections(source: ByteSource): ElfSection[] {
  const header = new ByteCursor(source.read(0, HEADER_BYTES));
  const isElf = header.u32() === 0x464c_457f && header.u8() === 2 && header.u8() === 1;
  if (!isElf) damaged("no 64-bit little-endian ELF file");
  header.seek(0x28);
  const offset = header.u64();
  header.seek(0x3a);
  const entryBytes = header.u16();
  const count = header.u16();
  const namesIndex = header.u16();
  if (entryBytes !== SECTION_HEADER_BYTES || count > MOST_SECTIONS) return [];
  const table = new ByteCursor(source.read(offset, count * SECTION_HEADER_BYTES));
  const nameOffsets: number[] = [];
  const sections = Array.from({ length: count }, () => {
    nameOffsets.push(table.u32());
    const type = table.u32();
    const flags = table.u64();
    table.u64();
    const section = { name: "", type, flags, offset: table.u64(), size: table.u64() };
    const link = table.u32();
    table.skip(SECTION_HEADER_BYTES - 44);
    return { ...section, link };
  });
  const names = sections[namesIndex];
  if (names === undefined || names.size > MOST_SECTION_BYTES) return [];
  const texts = source.read(names.offset, names.size);
  return sections.map((section, i) => ({ ...section, name: textAt(texts, nameOffsets[i]!) }));
}
