// SPDX-License-Identifier: MIT
import { Missing } from "@pyspy/schemas";
import { ForeignRecordingError } from "../../errors.ts";
import { CaptureMaker } from "../capture-maker.ts";
import { FOREIGN_FORMATS } from "../foreign-format.ts";
import type { Importer } from "../importer.ts";
import {
  isArray,
  isObject,
  numberOf,
  type Parsed,
  type ParsedObject,
  textOf,
} from "../json-shape.ts";
import { LineSplitter } from "../line-splitter.ts";

/** Of the records' schema (CPython 3.15, Lib/profiling/sampling/jsonl_collector.py). */
const VERSION = 0;
const MOST_SAMPLES = 2 ** 32 - 1;

interface Frame {
  readonly path: number;
  readonly function: number;
  readonly line: number;
  readonly column: number;
}

/** What `python -m profiling.sampling --jsonl` writes: how often each frame was the innermost one. */
export class TachyonJsonlImporter implements Importer {
  readonly #lines = new LineSplitter(FOREIGN_FORMATS["tachyon-jsonl"]);
  readonly #strings = new Map<number, string>();
  readonly #frames = new Map<number, Frame>();
  #maker: CaptureMaker | undefined;
  #thread = 0;
  #periodNanos = 0;
  #ended = false;

  push(bytes: Uint8Array): Uint8Array[] {
    this.#lines.push(bytes, (line) => this.#take(line));
    return this.#maker?.take() ?? [];
  }

  finish(): Uint8Array[] {
    this.#lines.finish((line) => this.#take(line));
    const maker = this.#begun();
    if (!this.#ended) maker.note("the record of the end is missing: the file was cut off");
    return maker.finish(this.#ended ? { nanos: 0 } : undefined);
  }

  #take(line: string): void {
    if (line.trim() === "") return;
    let record: Parsed;
    try {
      record = JSON.parse(line) as Parsed;
    } catch (error) {
      this.#fail(`there is no valid JSON: ${String(error).slice(0, 200)}`);
    }
    if (!isObject(record)) this.#fail("there is no record");
    if (record["v"] !== VERSION) this.#fail(`the version is not ${VERSION}`);
    switch (record["type"]) {
      case "meta":
        this.#begin(record);
        break;
      case "string_table":
        for (const each of this.#list(record, "strings")) {
          this.#strings.set(numberOf(each["str_id"]), textOf(each["value"]));
        }
        break;
      case "frame_table":
        for (const each of this.#list(record, "frames")) this.#addFrame(each);
        break;
      case "agg":
        if (record["kind"] !== "frame") break;
        for (const each of this.#list(record, "entries")) this.#weigh(each);
        break;
      case "end":
        this.#ended = true;
        break;
      default: // What a later version of Python adds.
    }
  }

  #begin(meta: ParsedObject): void {
    if (this.#maker !== undefined) this.#fail("a second recording begins");
    const micros = numberOf(meta["sample_interval_usec"]);
    if (!(micros > 0)) this.#fail("the interval of samples is not stated");
    this.#periodNanos = micros * 1000;
    const mode = textOf(meta["mode"]) || "wall";
    const maker = new CaptureMaker({
      format: "tachyon-jsonl",
      program: "profiling.sampling",
      rateHertz: 1e6 / micros,
      missing: [Missing.TIMES, Missing.THREADS, Missing.GIL, Missing.OS_STATE, Missing.STACKS],
      losses: [
        "These JSON lines have no stacks: each line of code stands alone, callers have no time of their callees (record with --binary for them).",
        "When samples were taken, by which thread, who held the GIL and what blocked is not in them.",
        `Seconds are samples times the interval of ${micros} µs: looks that failed or came late are missing.`,
        ...(mode === "wall"
          ? []
          : [`It was recorded with --mode ${mode}: all other time is missing.`]),
      ],
    });
    const process = maker.process({ pid: 0, command: [], pythonVersion: "" });
    this.#thread = maker.thread({
      process,
      tid: 0n,
      pythonThreadId: 0n,
      name: "",
      main: false,
      interpreterId: 0,
    });
    this.#maker = maker;
  }

  #addFrame(entry: ParsedObject): void {
    this.#frames.set(numberOf(entry["frame_id"]), {
      path: numberOf(entry["path_str_id"]),
      function: numberOf(entry["func_str_id"]),
      line: numberOf(entry["line"]),
      column: typeof entry["col"] === "number" ? Math.floor(entry["col"]) : -1,
    });
  }

  #weigh(entry: ParsedObject): void {
    const samples = numberOf(entry["self"]);
    if (!Number.isInteger(samples) || samples < 0 || samples > MOST_SAMPLES) {
      this.#fail("there is no number of samples");
    }
    if (samples === 0) return;
    const id = numberOf(entry["frame_id"]);
    const frame = this.#frames.get(id) ?? this.#fail(`frame ${id} is not defined`);
    const maker = this.#begun();
    const index = maker.frame(
      this.#text(frame.function),
      this.#text(frame.path),
      frame.line,
      frame.column,
    );
    const wallNanos = Math.round(samples * this.#periodNanos);
    if (wallNanos > Number.MAX_SAFE_INTEGER)
      this.#fail("there are more samples than 104 days have");
    maker.weigh(this.#thread, maker.stack(0, index), { samples, wallNanos, cpuNanos: 0 });
  }

  #list(record: ParsedObject, name: string): ParsedObject[] {
    const list = record[name];
    if (!isArray(list) || !list.every(isObject)) return this.#fail(`there are no ${name}`);
    return list as ParsedObject[];
  }

  #text(id: number): string {
    return this.#strings.get(id) ?? this.#fail(`string ${id} is not defined`);
  }

  #begun(): CaptureMaker {
    return this.#maker ?? this.#fail("the record that begins is missing");
  }

  #fail(problem: string): never {
    const where = `line ${this.#lines.number}`;
    throw new ForeignRecordingError(FOREIGN_FORMATS["tachyon-jsonl"], where, problem);
  }
}
