// SPDX-License-Identifier: MIT
import { create } from "@bufbuild/protobuf";
import {
  type CodeObject,
  columns,
  type Events,
  type Mapping,
  type NativeSymbol,
  type Owner,
  type Process,
  type Sources,
} from "@pyspy/schemas";
import { check } from "../read/malformed.ts";
import { VarintColumn } from "../read/varint.ts";
import { NativeFrameNames } from "../symbolize/native-frame-names.ts";
import type { RewriteRules } from "./rewrite-rules.ts";
import { StringRemap } from "./string-remap.ts";

/** Rewrites the texts in the tables of one chunk, in place. Ids of all else stay as they are. */
export class ChunkRewriter {
  readonly #rules: RewriteRules;
  readonly #strings = new StringRemap();
  /** Path of every mapping, as recorded; entry n is id n + 1. */
  readonly #mappings: string[] = [];
  /** Mapping id of every native frame. */
  readonly #frameMapping: number[] = [];
  readonly #column = new VarintColumn();
  readonly #native = new NativeFrameNames();

  constructor(rules: RewriteRules) {
    this.#rules = rules;
  }

  /**
   * Rewrites what a record adds. Process entries first: they say where the interpreter's own code is.
   *
   * @throws Malformed
   */
  tables(tables: columns.Tables): void {
    this.#strings.define(tables.string);
    // Frames get their names when all of them are known: at the chunk's end.
    if (this.#rules.nameFrames !== undefined) {
      this.#native.add(tables, (id) => this.#strings.text(id));
      tables.nativeSymbol = [];
    }
    for (const process of tables.process) this.#process(process);
    for (const owner of tables.owner) this.#owner(owner);
    for (const code of tables.code) this.#code(code);
    for (const mapping of tables.mapping) this.#mapping(mapping);
    if (tables.nativeFrames !== undefined) {
      this.#column.read(tables.nativeFrames.mapping);
      for (let i = 0; i < this.#column.length; i++) {
        this.#frameMapping.push(this.#column.values[i]!);
      }
    }
    for (const symbol of tables.nativeSymbol) this.#symbol(symbol);
    tables.string = this.#strings.takePending();
  }

  /** The tables that stand at the end of the chunk; `undefined`: none. */
  finish(): columns.Tables | undefined {
    const { nameFrames } = this.#rules;
    if (nameFrames === undefined) return undefined;
    const frames = this.#native.name(nameFrames.nameAddresses, (text) =>
      this.#strings.intern(text),
    );
    const nativeSymbol: NativeSymbol[] = [];
    for (const frame of frames) {
      nameFrames.onNamed(frame);
      if (!frame.isNew) for (const symbol of frame.symbols) this.#symbol(symbol);
      nativeSymbol.push(...frame.symbols);
    }
    if (nativeSymbol.length === 0) return undefined;
    return create(columns.TablesSchema, { string: this.#strings.takePending(), nativeSymbol });
  }

  events({ event }: Events): void {
    for (const { kind } of event) {
      if (kind.case === "note") kind.value.text = this.#rules.note(kind.value.text);
    }
  }

  /** Returns strings that have to be written before the sources. */
  sources({ file }: Sources): Uint8Array[] {
    for (const one of file) {
      one.path = this.#change(one.path, (path) => this.#rules.codeFile(path));
    }
    return this.#strings.takePending();
  }

  #change(id: number, change: (text: string) => string): number {
    const text = this.#strings.text(id);
    return text === "" ? 0 : this.#strings.intern(change(text));
  }

  #process(process: Process): void {
    const rules = this.#rules;
    const { python } = process;
    if (python !== undefined) {
      rules.prefixes(python.prefix.map((id) => this.#strings.text(id)));
      python.version = this.#change(python.version, (text) => text);
      python.implementation = this.#change(python.implementation, (text) => text);
      python.prefix = python.prefix.map((id) => this.#change(id, (path) => rules.path(path)));
    }
    process.executable = this.#change(process.executable, (path) => rules.path(path));
    const words = process.argument.map((id) => this.#strings.text(id));
    process.argument = rules.command(words).map((word) => this.#strings.intern(word));
    process.environment = process.environment.map((id) =>
      this.#change(id, (variable) => rules.variable(variable)),
    );
    process.role = this.#change(process.role, (role) => rules.role(role));
    process.cgroup = this.#change(process.cgroup, (cgroup) => rules.cgroup(cgroup));
  }

  #owner({ kind }: Owner): void {
    const rename = (id: number): number => this.#change(id, (name) => this.#rules.threadName(name));
    if (kind.case === "thread") {
      kind.value.pythonName = rename(kind.value.pythonName);
      kind.value.osName = rename(kind.value.osName);
    } else if (kind.case === "task") {
      kind.value.name = rename(kind.value.name);
    }
  }

  #code(code: CodeObject): void {
    const file = this.#strings.text(code.file);
    const rename = (id: number): number =>
      this.#change(id, (name) => this.#rules.functionName(name, file));
    code.name = rename(code.name);
    code.qualifiedName = rename(code.qualifiedName);
    code.file = this.#change(code.file, () => this.#rules.codeFile(file));
    code.firstArgument = this.#change(code.firstArgument, (name) =>
      this.#rules.argumentName(name, file),
    );
  }

  #mapping(mapping: Mapping): void {
    const path = this.#strings.text(mapping.path);
    this.#mappings.push(path);
    mapping.path = this.#change(mapping.path, () => this.#rules.path(path));
    if (!this.#rules.keepsBuildId(path)) mapping.buildId = new Uint8Array(0);
  }

  #symbol(symbol: NativeSymbol): void {
    check(symbol.frame <= this.#frameMapping.length, `native frame ${symbol.frame}`);
    const mapping = this.#mappings[(this.#frameMapping[symbol.frame - 1] ?? 0) - 1] ?? "";
    const rename = (id: number): number =>
      this.#change(id, (name) => this.#rules.nativeName(name, mapping));
    symbol.name = rename(symbol.name);
    symbol.rawName = rename(symbol.rawName);
    symbol.file = this.#change(symbol.file, (file) => this.#rules.nativeFile(file, mapping));
  }
}
