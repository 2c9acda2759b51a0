// SPDX-License-Identifier: MIT
import type { CodeObject, columns, Owner, Process, State } from "@pyspy/schemas";
import { GrowableInt32 } from "../model/growable.ts";
import { check, malformed } from "./malformed.ts";
import { NativeTables } from "./native-tables.ts";
import { addStacks } from "./stack-columns.ts";
import { decodeText } from "./text.ts";
import { unzigzag, VarintColumn } from "./varint.ts";

/** Most strings and objects in one chunk; see docs/capture-format.md, limits. */
const MAX_OBJECTS = 1 << 20;

/**
 * The tables of one chunk, as they stand in the file. Ids count from 1: entry n of a table is at
 * index n - 1 of the arrays here. Every id in them has been checked.
 */
export class ChunkTables {
  readonly #strings: Uint8Array[] = [];
  readonly #texts: string[] = [];
  readonly processes: Process[] = [];
  readonly owners: Owner[] = [];
  readonly states: State[] = [];
  readonly codes: CodeObject[] = [];
  /** Python frames: code ids, instruction offsets, flags. */
  readonly frameCode: GrowableInt32 = new GrowableInt32();
  readonly frameInstruction: GrowableInt32 = new GrowableInt32();
  readonly frameFlags: GrowableInt32 = new GrowableInt32();
  /** Python stacks: id of the parent, 0 for a root; always below the own id. */
  readonly stackParent: GrowableInt32 = new GrowableInt32();
  readonly stackFrame: GrowableInt32 = new GrowableInt32();
  readonly native: NativeTables = new NativeTables();
  readonly #column = new VarintColumn();

  /**
   * Adds the entries of one record.
   *
   * @throws Malformed at the first entry that breaks a rule. Entries before it may have been added.
   */
  add(tables: columns.Tables): void {
    const lists: [readonly unknown[], readonly unknown[]][] = [
      [this.#strings, tables.string],
      [this.processes, tables.process],
      [this.owners, tables.owner],
      [this.states, tables.state],
      [this.codes, tables.code],
      [this.native.mappings, tables.mapping],
    ];
    const symbols = this.native.symbolCount + tables.nativeSymbol.length;
    const objects = lists.reduce(
      (sum, [known, added]) => sum + known.length + added.length,
      symbols,
    );
    check(objects <= MAX_OBJECTS, `more than ${MAX_OBJECTS} strings and objects in a chunk`);
    // Each is looked at before it is added: what stands before a broken entry is used.
    append(this.#strings, tables.string);
    append(this.processes, tables.process, (process) => this.#checkProcess(process));
    append(this.owners, tables.owner, (owner) => this.#checkOwner(owner));
    append(this.states, tables.state);
    append(this.codes, tables.code, (code) => this.#checkCode(code));
    if (tables.pythonFrames !== undefined) this.#addFrames(tables.pythonFrames);
    const stacks = tables.pythonStacks;
    if (stacks !== undefined)
      addStacks(this, stacks, this.frameCode.length, "python", this.#column);
    this.native.add(tables, (id) => this.#checkString(id));
  }

  /** Text of a string id; 0 is the empty string. Invalid UTF-8 is replaced. */
  text(id: number): string {
    if (id === 0) return "";
    const known = this.#texts[id];
    if (known !== undefined) return known;
    const text = decodeText(this.#strings[id - 1]!);
    this.#texts[id] = text;
    return text;
  }

  #checkString(id: number): void {
    if (id > this.#strings.length) malformed(`string ${id} of ${this.#strings.length}`);
  }

  #checkProcess(process: Process): void {
    this.#checkString(process.executable);
    for (const id of process.argument) this.#checkString(id);
    for (const id of process.environment) this.#checkString(id);
    this.#checkString(process.role);
    this.#checkString(process.cgroup);
    if (process.python === undefined) return;
    this.#checkString(process.python.version);
    this.#checkString(process.python.implementation);
    for (const id of process.python.prefix) this.#checkString(id);
  }

  #checkOwner(owner: Owner): void {
    const { process, kind } = owner;
    check(process > 0 && process <= this.processes.length, `owner of process ${process}`);
    if (kind.case === "thread") {
      this.#checkString(kind.value.pythonName);
      this.#checkString(kind.value.osName);
    }
  }

  #checkCode(code: CodeObject): void {
    this.#checkString(code.name);
    this.#checkString(code.qualifiedName);
    this.#checkString(code.file);
    this.#checkString(code.firstArgument);
  }

  #addFrames(frames: columns.PythonFrames): void {
    const column = this.#column;
    column.read(frames.code);
    const count = column.length;
    for (let i = 0; i < count; i++) {
      const code = column.values[i]!;
      if (code === 0 || code > this.codes.length) malformed(`frame of code object ${code}`);
      this.frameCode.push(code);
    }
    column.read(frames.instruction);
    check(column.length === count, "columns of python_frames differ in length");
    for (let i = 0; i < count; i++) this.frameInstruction.push(unzigzag(column.values[i]!));
    column.read(frames.flags);
    check(column.length === count, "columns of python_frames differ in length");
    for (let i = 0; i < count; i++) this.frameFlags.push(column.values[i]!);
  }
}

function append<T>(list: T[], more: readonly T[], checkItem: (item: T) => void = () => {}): void {
  for (const item of more) {
    checkItem(item);
    list.push(item);
  }
}
