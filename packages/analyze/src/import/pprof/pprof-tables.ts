// SPDX-License-Identifier: MIT
import { pprof as schema } from "@pyspy/schemas";
import { ForeignRecordingError } from "../../errors.ts";
import { decodeText } from "../../read/text.ts";
import { FOREIGN_FORMATS } from "../foreign-format.ts";
import { ProtoCursor } from "./proto-cursor.ts";

const PROFILE = schema.ProfileSchema.field;
const VALUE_TYPE = schema.ValueTypeSchema.field;
const MAPPING = schema.MappingSchema.field;
const LOCATION = schema.LocationSchema.field;
const LINE = schema.LineSchema.field;
const FUNCTION = schema.FunctionSchema.field;

export interface PprofValueType {
  readonly type: string;
  readonly unit: string;
}

export interface PprofLine {
  readonly function: bigint;
  readonly line: number;
  readonly column: number;
}

export interface PprofLocation {
  readonly mapping: bigint;
  readonly address: bigint;
  /** Innermost first: what is not the last was inlined. */
  readonly lines: readonly PprofLine[];
}

export interface PprofFunction {
  readonly name: string;
  readonly file: string;
  readonly startLine: number;
}

/** All of a profile but its samples, which may stand before what they name. */
export class PprofTables {
  readonly valueTypes: readonly PprofValueType[];
  readonly locations: ReadonlyMap<bigint, PprofLocation>;
  readonly #functions: ReadonlyMap<bigint, PprofFunction>;
  readonly #mappings: ReadonlyMap<bigint, string>;
  /** Messages of samples, in their order. */
  readonly samples: readonly Uint8Array[];
  readonly timeNanos: bigint;
  readonly durationNanos: bigint;
  /** In nanoseconds; 0: not stated, or of something else. */
  readonly periodNanos: number;
  readonly #strings: Uint8Array[] = [];

  /** @throws ForeignRecordingError */
  constructor(bytes: Uint8Array) {
    const messages = new Map<number, Uint8Array[]>();
    const numbers = new Map<number, bigint>();
    const kept = [PROFILE.sampleType, PROFILE.sample, PROFILE.mapping, PROFILE.location];
    for (const { number } of [...kept, PROFILE.function, PROFILE.periodType])
      messages.set(number, []);
    const cursor = new ProtoCursor(bytes);
    while (cursor.next()) {
      const { field } = cursor;
      const list = messages.get(field);
      if (list !== undefined) list.push(cursor.bytes());
      else if (field === PROFILE.stringTable.number) this.#strings.push(cursor.bytes());
      else if (isNumber(field)) numbers.set(field, cursor.integer());
      else cursor.skip();
    }
    if (this.#strings.length === 0) fail("it has no table of strings");
    const of = (field: { readonly number: number }): Uint8Array[] =>
      messages.get(field.number) ?? [];
    this.valueTypes = of(PROFILE.sampleType).map((message) => this.#valueType(message));
    this.#functions = new Map(of(PROFILE.function).map((message) => this.#function(message)));
    this.#mappings = new Map(of(PROFILE.mapping).map((message) => this.#mapping(message)));
    this.locations = new Map(of(PROFILE.location).map((message) => location(message)));
    this.samples = of(PROFILE.sample);
    this.timeNanos = numbers.get(PROFILE.timeNanos.number) ?? 0n;
    this.durationNanos = numbers.get(PROFILE.durationNanos.number) ?? 0n;
    const [period] = of(PROFILE.periodType).map((message) => this.#valueType(message));
    const nanos = nanosOf(period?.unit ?? "");
    this.periodNanos = nanos * Number(numbers.get(PROFILE.period.number) ?? 0n);
  }

  /** @throws ForeignRecordingError for an index that is not there. */
  text(index: bigint): string {
    const bytes = this.#strings[Number(index)];
    if (bytes === undefined) fail(`it names string ${index} of ${this.#strings.length}`);
    return decodeText(bytes);
  }

  /** @throws ForeignRecordingError */
  function(id: bigint): PprofFunction {
    return this.#functions.get(id) ?? fail(`it names function ${id}, which is not there`);
  }

  /** The file that a location is in; "": none. */
  mapping(id: bigint): string {
    return this.#mappings.get(id) ?? "";
  }

  #valueType(message: Uint8Array): PprofValueType {
    const values = integersOf(message);
    return {
      type: this.text(values.get(VALUE_TYPE.type.number) ?? 0n),
      unit: this.text(values.get(VALUE_TYPE.unit.number) ?? 0n),
    };
  }

  #function(message: Uint8Array): [bigint, PprofFunction] {
    const values = integersOf(message);
    const value = (field: { readonly number: number }): bigint => values.get(field.number) ?? 0n;
    const name = this.text(value(FUNCTION.name)) || this.text(value(FUNCTION.systemName));
    const file = this.text(value(FUNCTION.filename));
    return [value(FUNCTION.id), { name, file, startLine: Number(value(FUNCTION.startLine)) }];
  }

  #mapping(message: Uint8Array): [bigint, string] {
    const values = integersOf(message);
    const name = this.text(values.get(MAPPING.filename.number) ?? 0n);
    return [values.get(MAPPING.id.number) ?? 0n, name];
  }
}

/** Nanoseconds of a unit of time; 0: it is none. */
export function nanosOf(unit: string): number {
  return { nanoseconds: 1, microseconds: 1e3, milliseconds: 1e6, seconds: 1e9 }[unit] ?? 0;
}

/** The numbers of a message by field; the last one of each counts. */
export function integersOf(message: Uint8Array): Map<number, bigint> {
  const values = new Map<number, bigint>();
  const cursor = new ProtoCursor(message);
  while (cursor.next()) {
    if (cursor.isInteger) values.set(cursor.field, cursor.integer());
    else cursor.skip();
  }
  return values;
}

function location(message: Uint8Array): [bigint, PprofLocation] {
  const values = integersOf(message);
  const lines: PprofLine[] = [];
  const cursor = new ProtoCursor(message);
  while (cursor.next()) {
    if (cursor.field !== LOCATION.line.number) {
      cursor.skip();
      continue;
    }
    const line = integersOf(cursor.bytes());
    lines.push({
      function: line.get(LINE.functionId.number) ?? 0n,
      line: Number(line.get(LINE.line.number) ?? 0n),
      column: Number(line.get(LINE.column.number) ?? 0n),
    });
  }
  return [
    values.get(LOCATION.id.number) ?? 0n,
    {
      mapping: values.get(LOCATION.mappingId.number) ?? 0n,
      address: BigInt.asUintN(64, values.get(LOCATION.address.number) ?? 0n),
      lines,
    },
  ];
}

function isNumber(field: number): boolean {
  return [PROFILE.timeNanos, PROFILE.durationNanos, PROFILE.period].some(
    (one) => one.number === field,
  );
}

/** @throws ForeignRecordingError always. */
export function fail(problem: string): never {
  throw new ForeignRecordingError(FOREIGN_FORMATS.pprof, "", problem);
}
