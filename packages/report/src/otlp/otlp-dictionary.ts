// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
import { otlp as schema } from "@pyspy/schemas";
import { type CodeTable, stackLocations } from "../code/code-table.ts";
import { WHOLE_MEMORY } from "../code/mapped-file.ts";
import { reportHeading } from "../heading/report-heading.ts";
import { ACTIVITIES } from "../observations/thread-activity.ts";
import { fieldNumbers } from "../protobuf/field-numbers.ts";
import type { ProtoWriter } from "../protobuf/proto-writer.ts";
import { StringTable } from "../protobuf/string-table.ts";
import type { ReportInput } from "../report-format.ts";
import { threadName } from "../text/thread-name.ts";
import { writeAnyValue } from "./otlp-resource.ts";

const DICTIONARY = fieldNumbers(schema.ProfilesDictionarySchema);
const MAPPING = fieldNumbers(schema.MappingSchema);
const LOCATION = fieldNumbers(schema.LocationSchema);
const LINE = fieldNumbers(schema.LineSchema);
const FUNCTION = fieldNumbers(schema.FunctionSchema);
const STACK = fieldNumbers(schema.StackSchema);
const ATTRIBUTE = fieldNumbers(schema.KeyValueAndUnitSchema);

/** As the conventions for profiles call kinds of frames (profile.frame.type). */
const FRAME_TYPES = { python: "cpython", native: "native" } as const;

/** The tables that all profiles of a file refer to. Entry 0 of each means "none". */
export class OtlpDictionary {
  /** What the file says about itself. */
  readonly profileAttributes: readonly number[];
  readonly #profile: Profile;
  readonly #code: CodeTable;
  readonly #strings = new StringTable();
  readonly #stacks: number[] = [];
  readonly #stackIndex = new Map<number, number>([[-1, 0]]);
  readonly #attributes: (readonly [key: string, value: string | bigint])[] = [];
  readonly #attributeIndex = new Map<string, number>();

  constructor(profile: Profile, code: CodeTable, input: ReportInput) {
    this.#profile = profile;
    this.#code = code;
    const { title, quality, notes } = reportHeading(input);
    this.profileAttributes = [
      this.#attribute("pyspy.title", title),
      this.#attribute("pyspy.quality", quality.join(", ")),
      this.#attribute("pyspy.notes", notes.join("\n")),
    ];
  }

  string(text: string): number {
    return this.#strings.index(text);
  }

  /** Index of a stack of the profile; -1 is the empty one. */
  stack(stack: number): number {
    let index = this.#stackIndex.get(stack);
    if (index === undefined) {
      index = this.#stacks.push(stack);
      this.#stackIndex.set(stack, index);
    }
    return index;
  }

  /** What a sample is besides its stack: whose, and what the thread was at. */
  sampleAttributes(index: number, activity: number): number[] {
    const thread = this.#profile.threads[index]!;
    const { state, gil } = ACTIVITIES[activity]!;
    const attributes = [this.#attribute("thread.name", threadName(thread))];
    if (thread.tid !== 0n) attributes.push(this.#attribute("thread.id", thread.tid));
    attributes.push(this.#attribute("pyspy.state", state));
    if (gil !== undefined) attributes.push(this.#attribute("pyspy.gil", gil));
    return attributes;
  }

  /** The fields of the dictionary: to be written last. */
  write(writer: ProtoWriter): void {
    const { functions, locations } = this.#code;
    const none = (field: number): void => writer.message(field, () => {});
    none(DICTIONARY.linkTable);
    none(DICTIONARY.mappingTable);
    for (const { path, buildId } of this.#code.mappings) {
      writer.message(DICTIONARY.mappingTable, () => {
        writer.uint(MAPPING.memoryStart, WHOLE_MEMORY.start);
        writer.bigUint(MAPPING.memoryLimit, WHOLE_MEMORY.limit);
        writer.uint(MAPPING.filenameStrindex, this.string(path));
        if (buildId === "") return;
        const id = this.#attribute("process.executable.build_id.gnu", buildId);
        writer.packed(MAPPING.attributeIndices, [id]);
      });
    }

    none(DICTIONARY.locationTable);
    for (let place = 0; place < locations.length; place++) {
      const index = locations.function[place]!;
      writer.message(DICTIONARY.locationTable, () => {
        writer.uint(LOCATION.mappingIndex, locations.mapping[place]! + 1);
        writer.bigUint(LOCATION.address, locations.address[place]!);
        writer.message(LOCATION.lines, () => {
          writer.uint(LINE.functionIndex, index + 1);
          writer.uint(LINE.line, locations.line[place]!);
        });
        const type = this.#attribute("profile.frame.type", FRAME_TYPES[functions[index]!.kind]);
        writer.packed(LOCATION.attributeIndices, [type]);
      });
    }
    none(DICTIONARY.functionTable);
    for (const { name, file, firstLine } of functions) {
      writer.message(DICTIONARY.functionTable, () => {
        writer.uint(FUNCTION.nameStrindex, this.string(name));
        writer.uint(FUNCTION.filenameStrindex, this.string(file));
        writer.uint(FUNCTION.startLine, firstLine);
      });
    }
    none(DICTIONARY.stackTable);
    for (const stack of this.#stacks) {
      writer.message(DICTIONARY.stackTable, () => {
        const places = stackLocations(this.#profile, this.#code, stack);
        writer.packed(
          STACK.locationIndices,
          places.map((place) => place + 1),
        );
      });
    }
    none(DICTIONARY.attributeTable);
    for (const [key, value] of this.#attributes) {
      writer.message(DICTIONARY.attributeTable, () => {
        writer.uint(ATTRIBUTE.keyStrindex, this.string(key));
        writer.message(ATTRIBUTE.value, () => writeAnyValue(writer, value));
      });
    }
    for (const text of this.#strings.list) writer.string(DICTIONARY.stringTable, text);
  }

  #attribute(key: string, value: string | bigint): number {
    const id = `${key} ${typeof value} ${value}`;
    let index = this.#attributeIndex.get(id);
    if (index === undefined) {
      index = this.#attributes.push([key, value]);
      this.#attributeIndex.set(id, index);
    }
    return index;
  }
}
