// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
import { perfetto as schema } from "@pyspy/schemas";
import { type CodeTable, stackLocations } from "../code/code-table.ts";
import { fieldNumbers } from "../protobuf/field-numbers.ts";
import type { TraceWriter } from "./trace-writer.ts";

const PACKET = fieldNumbers(schema.TracePacketSchema);
const INTERNED = fieldNumbers(schema.InternedDataSchema);
const STRING = fieldNumbers(schema.InternedStringSchema);
const MAPPING = fieldNumbers(schema.MappingSchema);
const FRAME = fieldNumbers(schema.FrameSchema);
const CALLSTACK = fieldNumbers(schema.CallstackSchema);

const FRAME_KINDS = {
  python: schema.Frame_Kind.INTERPRETED,
  native: schema.Frame_Kind.NATIVE,
} as const;

/** What Python code is said to lie in, where everything must lie in something. */
const PYTHON_MODULE = "python";

/**
 * Call stacks of a trace: each is sent, with the frames and names that it is the first to need, in
 * the packet that uses it first. Ids are indexes plus 1; a stack's id is that of the profile's.
 */
export class InternedStacks {
  readonly #profile: Profile;
  readonly #code: CodeTable;
  readonly #withMapping: boolean;
  readonly #stacks: Uint8Array;
  readonly #places: Uint8Array;
  readonly #names: Uint8Array;
  readonly #files = new Map<string, number>();
  /** Those written; -1: of Python code. */
  readonly #mappings = new Set<number>();

  /**
   * @param withMapping every frame lies in a mapping, as trace processors before v53 demand: Python
   *   code, which has none, in one made up.
   */
  constructor(profile: Profile, code: CodeTable, { withMapping }: { withMapping: boolean }) {
    this.#profile = profile;
    this.#code = code;
    this.#withMapping = withMapping;
    this.#stacks = new Uint8Array(profile.stacks.length);
    this.#places = new Uint8Array(code.locations.length);
    this.#names = new Uint8Array(code.functions.length);
  }

  /**
   * Id of a stack that is not empty. Writes `interned_data` into the current packet if the stack is
   * new, together with what `more` adds to it.
   */
  use(writer: TraceWriter, stack: number, more?: () => void): number {
    const isNew = this.#stacks[stack] === 0;
    if (isNew || more !== undefined) {
      writer.message(PACKET.internedData, () => {
        more?.();
        if (isNew) this.#write(writer, stack);
      });
      this.#stacks[stack] = 1;
    }
    return stack + 1;
  }

  #write(writer: TraceWriter, stack: number): void {
    const places = stackLocations(this.#profile, this.#code, stack);
    for (const place of places) this.#writeFrame(writer, place);
    writer.message(INTERNED.callstacks, () => {
      writer.uint(CALLSTACK.iid, stack + 1);
      for (const place of places.reverse()) writer.uint(CALLSTACK.frameIds, place + 1);
    });
  }

  #writeFrame(writer: TraceWriter, place: number): void {
    if (this.#places[place] === 1) return;
    this.#places[place] = 1;
    const { functions, locations } = this.#code;
    const index = locations.function[place]!;
    const { kind, name, file } = functions[index]!;
    const lies = locations.mapping[place]!;
    if (this.#names[index] === 0) {
      this.#names[index] = 1;
      string(writer, INTERNED.functionNames, index + 1, name);
    }
    const source = file === "" ? undefined : this.#writeFile(writer, file);
    const madeUp = lies < 0 && this.#withMapping;
    const mapping = madeUp || lies >= 0 ? this.#writeMapping(writer, lies) : 0;
    writer.message(INTERNED.frames, () => {
      writer.uint(FRAME.iid, place + 1);
      writer.uint(FRAME.functionNameId, index + 1);
      if (mapping > 0) writer.uint(FRAME.mappingId, mapping);
      // Frames in a mapping are told apart by their names and addresses: lines need one.
      if (madeUp) writer.uint(FRAME.relPc, place + 1);
      else if (lies >= 0) writer.bigUint(FRAME.relPc, locations.address[place]!);
      if (source !== undefined) writer.uint(FRAME.sourcePathIid, source);
      const line = locations.line[place]!;
      if (line > 0) writer.uint(FRAME.lineNumber, line);
      writer.uint(FRAME.kind, FRAME_KINDS[kind]);
    });
  }

  #writeFile(writer: TraceWriter, file: string): number {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    const id = this.#files.size + 1;
    this.#files.set(file, id);
    string(writer, INTERNED.sourcePaths, id, file);
    return id;
  }

  /** Id of a mapping of the code table, or of the one made up (-1). */
  #writeMapping(writer: TraceWriter, mapping: number): number {
    const id = mapping + 2;
    if (this.#mappings.has(mapping)) return id;
    this.#mappings.add(mapping);
    const { path, buildId } = this.#code.mappings[mapping] ?? { path: PYTHON_MODULE, buildId: "" };
    string(writer, INTERNED.mappingPaths, id, path);
    if (buildId !== "") {
      // Perfetto has it as the file has: as bytes.
      const bytes = Uint8Array.from(buildId.match(/../g)!, (digits) => Number.parseInt(digits, 16));
      interned(writer, INTERNED.buildIds, id, () => writer.bytes(STRING.str, bytes));
    }
    writer.message(INTERNED.mappings, () => {
      writer.uint(MAPPING.iid, id);
      if (buildId !== "") writer.uint(MAPPING.buildId, id);
      writer.uint(MAPPING.pathStringIds, id);
    });
    return id;
  }
}

function string(writer: TraceWriter, field: number, id: number, text: string): void {
  interned(writer, field, id, () => writer.string(STRING.str, text));
}

function interned(writer: TraceWriter, field: number, id: number, write: () => void): void {
  writer.message(field, () => {
    writer.uint(STRING.iid, id);
    write();
  });
}
