// SPDX-License-Identifier: MIT
import { ByteCursor, textAt } from "../bytes/byte-cursor.ts";
import { damaged } from "../bytes/damaged.ts";
import { Form } from "./constants.ts";
import { readForm } from "./forms.ts";
import type { DwarfSections } from "./sections.ts";
import { type Encoding, readInitialLength } from "./unit.ts";

const MOST_FILES = 1 << 20;
/** Content of an entry (DWARF 5, section 6.2.4.1). */
const CONTENT_PATH = 1;
const CONTENT_DIRECTORY = 2;

interface FileEntry {
  readonly path: string;
  readonly directory: number;
}

/** The head of a line program: its files, and how its instructions are encoded. */
export class LineHeader {
  /** Of instructions in the section. */
  readonly start: number;
  readonly end: number;
  readonly addressBytes: number;
  readonly minimumInstruction: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** How many arguments standard opcodes have; that of opcode n at n - 1. */
  readonly argumentCounts: Uint8Array;
  readonly #version: number;
  readonly #directories: readonly string[];
  readonly #files: readonly FileEntry[];
  readonly #unitDirectory: string;

  /** @throws DamagedFile */
  constructor(sections: DwarfSections, offset: number, unit: Encoding, unitDirectory: string) {
    const cursor = new ByteCursor(sections.line, offset);
    const { length, offsetBytes } = readInitialLength(cursor);
    if (length > cursor.left) damaged("a line program beyond the end");
    this.end = cursor.at + length;
    const version = cursor.u16();
    if (version < 2 || version > 5) damaged(`line program of version ${version}`);
    this.#version = version;
    this.addressBytes = version >= 5 ? cursor.u8() : unit.addressBytes;
    if (version >= 5) cursor.u8();
    const headBytes = cursor.unsigned(offsetBytes);
    this.start = cursor.at + headBytes;
    if (headBytes > cursor.left || this.start > this.end) damaged("a head beyond the end");
    this.minimumInstruction = cursor.u8();
    if (version >= 4) cursor.u8();
    cursor.u8();
    this.lineBase = cursor.i8();
    this.lineRange = cursor.u8();
    this.opcodeBase = cursor.u8();
    if (this.lineRange === 0 || this.opcodeBase === 0) damaged("a line range of 0");
    this.argumentCounts = cursor.bytes(this.opcodeBase - 1);
    this.#unitDirectory = unitDirectory;
    if (version >= 5) {
      const encoding = { version, offsetBytes, addressBytes: this.addressBytes };
      this.#directories = readEntries(cursor, sections, encoding).map(({ path }) => path);
      this.#files = readEntries(cursor, sections, encoding);
    } else {
      this.#directories = [unitDirectory, ...readTexts(cursor)];
      this.#files = readFiles(cursor);
    }
  }

  /** The path of a file by its number; "" where there is none. */
  file(number: number): string {
    const entry = this.#files[this.#version >= 5 ? number : number - 1];
    if (entry === undefined) return "";
    return joined(
      this.#unitDirectory,
      joined(this.#directories[entry.directory] ?? "", entry.path),
    );
  }
}

function joined(directory: string, path: string): string {
  return path.startsWith("/") || directory === ""
    ? path
    : `${directory.replace(/\/$/, "")}/${path}`;
}

function readTexts(cursor: ByteCursor): string[] {
  const texts: string[] = [];
  for (let text = cursor.text(); text !== ""; text = cursor.text()) texts.push(text);
  return texts;
}

function readFiles(cursor: ByteCursor): FileEntry[] {
  const files: FileEntry[] = [];
  for (let path = cursor.text(); path !== ""; path = cursor.text()) {
    files.push({ path, directory: cursor.uleb() });
    cursor.uleb();
    cursor.uleb();
  }
  return files;
}

function readEntries(cursor: ByteCursor, sections: DwarfSections, encoding: Encoding): FileEntry[] {
  const formats = Array.from(
    { length: cursor.u8() },
    () => [cursor.uleb(), cursor.uleb()] as const,
  );
  const count = cursor.uleb();
  if (count > MOST_FILES || (formats.length === 0 && count > 0)) damaged(`${count} files`);
  return Array.from({ length: count }, () => {
    let path = "";
    let directory = 0;
    for (const [content, form] of formats) {
      const value = readForm(cursor, form, 0, encoding);
      if (content === CONTENT_PATH) path = entryText(sections, form, value);
      if (content === CONTENT_DIRECTORY) directory = value;
    }
    return { path, directory };
  });
}

function entryText(sections: DwarfSections, form: number, value: number): string {
  if (form === Form.lineStrp) return textAt(sections.lineStrings, value);
  if (form === Form.strp) return textAt(sections.strings, value);
  return form === Form.string ? textAt(sections.line, value) : "";
}
