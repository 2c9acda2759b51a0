// SPDX-License-Identifier: MIT
import { Missing, pprof as schema } from "@pyspy/schemas";
import { CaptureMaker } from "../capture-maker.ts";
import { FOREIGN_FORMATS } from "../foreign-format.ts";
import type { Importer } from "../importer.ts";
import { KnownThreads } from "../known-threads.ts";
import { WholeInput } from "../whole-input.ts";
import { fail, integersOf, PprofTables } from "./pprof-tables.ts";
import { type PprofWeights, pprofWeights } from "./pprof-weights.ts";
import { ProtoCursor } from "./proto-cursor.ts";

const SAMPLE = schema.SampleSchema.field;
const LABEL = schema.LabelSchema.field;

/** Unpacked. */
const MOST_BYTES = 512 * 2 ** 20;
/** Frames of one stack. */
const DEEPEST = 10_000;

/** pprof's profile.proto, unpacked, of any language. */
export class PprofImporter implements Importer {
  readonly #input = new WholeInput(FOREIGN_FORMATS.pprof, MOST_BYTES);

  push(bytes: Uint8Array): Uint8Array[] {
    this.#input.push(bytes);
    return [];
  }

  finish(): Uint8Array[] {
    const tables = new PprofTables(this.#input.bytes());
    const weights = pprofWeights(tables);
    const maker = new CaptureMaker({
      format: "pprof",
      program: "",
      rateHertz: tables.periodNanos > 0 ? 1e9 / tables.periodNanos : 0,
      startRealtimeNanos: tables.timeNanos > 0n ? tables.timeNanos : undefined,
      missing: [Missing.TIMES, Missing.GIL, Missing.OS_STATE],
      losses: [
        "A pprof profile adds samples up and does not say when they were: nothing can be asked about times.",
        ...weights.losses,
        "Of labels, those of threads and processes are kept; who held the GIL and what blocked is not read: all that is there counts as active.",
        "Native code is shown as any other code.",
      ],
    });
    const threads = new KnownThreads(maker, undefined);
    const frames = new FrameMaker(tables, maker);
    let pieces: Uint8Array[] = [];
    for (const message of tables.samples) {
      this.#sample(message, tables, { weights, maker, threads, frames });
      pieces = pieces.concat(maker.take());
    }
    const { durationNanos } = tables;
    const nanos = durationNanos > 0n && durationNanos < 2n ** 52n ? Number(durationNanos) : 0;
    return [...pieces, ...maker.finish({ nanos })];
  }

  #sample(
    message: Uint8Array,
    tables: PprofTables,
    made: {
      readonly weights: PprofWeights;
      readonly maker: CaptureMaker;
      readonly threads: KnownThreads;
      readonly frames: FrameMaker;
    },
  ): void {
    const places: bigint[] = [];
    const values: bigint[] = [];
    const labels = new Map<string, bigint | string>();
    const cursor = new ProtoCursor(message);
    while (cursor.next()) {
      if (cursor.field === SAMPLE.locationId.number) {
        cursor.integers((value) => {
          if (places.push(value) > DEEPEST) fail(`a stack is deeper than ${DEEPEST} frames`);
        });
      } else if (cursor.field === SAMPLE.value.number) {
        cursor.integers((value) => {
          if (values.push(value) > tables.valueTypes.length) fail("a sample has too many values");
        });
      } else if (cursor.field === SAMPLE.label.number) {
        const label = integersOf(cursor.bytes());
        const text = label.get(LABEL.str.number);
        const key = tables.text(label.get(LABEL.key.number) ?? 0n);
        labels.set(
          key,
          text === undefined ? (label.get(LABEL.num.number) ?? 0n) : tables.text(text),
        );
      } else cursor.skip();
    }
    if (values.length !== tables.valueTypes.length) {
      fail(`a sample has ${values.length} values of ${tables.valueTypes.length}`);
    }
    const weight = made.weights.of(values);
    if (weight === undefined) return;
    let stack = 0;
    for (const place of places.reverse()) stack = made.frames.add(stack, place);
    made.maker.weigh(made.threads.thread(threadOf(labels)), stack, weight);
  }
}

/** Makes frames of locations: of inlined calls several. */
class FrameMaker {
  readonly #tables: PprofTables;
  readonly #maker: CaptureMaker;
  /** Outermost first. */
  readonly #frames = new Map<bigint, readonly number[]>();

  constructor(tables: PprofTables, maker: CaptureMaker) {
    this.#tables = tables;
    this.#maker = maker;
  }

  add(parent: number, place: bigint): number {
    let frames = this.#frames.get(place);
    if (frames === undefined) {
      frames = this.#make(place);
      this.#frames.set(place, frames);
    }
    return frames.reduce((stack, frame) => this.#maker.stack(stack, frame), parent);
  }

  #make(place: bigint): number[] {
    const location = this.#tables.locations.get(place);
    if (location === undefined) return fail(`it names location ${place}, which is not there`);
    const { mapping, address, lines } = location;
    if (lines.length === 0) {
      return [this.#maker.frame(`0x${address.toString(16)}`, this.#tables.mapping(mapping), 0)];
    }
    return lines
      .map(({ function: id, line, column }) => {
        const { name, file, startLine } = this.#tables.function(id);
        return this.#maker.frame(name, file, line, column - 1, startLine);
      })
      .reverse();
  }
}

/** Labels as our own profiles, py-spy's and Go's users have them. */
function threadOf(labels: ReadonlyMap<string, bigint | string>): {
  readonly pid: number;
  readonly tid: bigint;
  readonly name: string;
} {
  const number = (...keys: readonly string[]): bigint => {
    for (const key of keys) {
      const value = labels.get(key);
      if (typeof value === "bigint" && value > 0n) return value;
      if (typeof value === "string" && /^\d{1,18}$/.test(value)) return BigInt(value);
    }
    return 0n;
  };
  const name = ["thread", "thread_name", "thread name"]
    .map((key) => labels.get(key))
    .find((value) => typeof value === "string");
  const pid = number("pid", "process_id");
  return {
    pid: pid < 2n ** 32n ? Number(pid) : 0,
    tid: number("thread_id", "tid", "thread_native_id", "thread id"),
    name: typeof name === "string" ? name : "",
  };
}
