// SPDX-License-Identifier: MIT
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  CountersSchema,
  EndReason,
  type HeaderSchema,
  Missing,
  NoteKind,
  StateFlag,
} from "@pyspy/schemas";
import { ForeignRecordingError } from "../errors.ts";
import { PairTable } from "../model/pair-table.ts";
import { RecordWriter } from "../write/record-writer.ts";
import { FOREIGN_FORMATS, type ForeignFormat } from "./foreign-format.ts";
import { MadeBlock, type MadeWeight } from "./made-block.ts";
import {
  type MadeFrame,
  type MadeFunction,
  type MadeModel,
  type MadeProcess,
  MadeTables,
  type MadeThread,
} from "./made-tables.ts";

const CHUNK_MARKER = 0x4b4e484359505350n;
const TICK_UNIT_NANOS = 1000;
/** Longest distance of two ticks in a block. */
const LONGEST_GAP_NANOS = (2 ** 32 - 1) * TICK_UNIT_NANOS;
/** Less than 2^53, so that what is added to it is exact, too. */
const LONGEST_NANOS = 2 ** 52;
const CHUNK_RUNS = 1 << 15;
const CHUNK_TICKS = 1 << 16;
const CHUNK_TABLE_BYTES = 1 << 22;
/** Longer names of functions and files are cut: no compiler makes them. */
const LONGEST_NAME = 4096;
const LARGEST_LINE = 0x7fff_ffff;

/** What the header of a capture says that is made of another program's recording. */
export interface MadeRecording {
  readonly format: ForeignFormat;
  /** What recorded it: "py-spy@0.4.2"; "" if the file does not say it. */
  readonly program: string;
  /** 0: not known. */
  readonly rateHertz: number;
  /** CLOCK_REALTIME of time zero; `undefined`: not known. */
  readonly startRealtimeNanos?: bigint | undefined;
  /** With `MISSING_TIMES` runs are weighed, else they are observed at ticks. */
  readonly missing: readonly Missing[];
  /** What is not as in a recording of our own, in whole sentences. */
  readonly losses: readonly string[];
}

/** Of one observation. */
export interface MadeState {
  /** StateFlag values, added. */
  readonly flags: number;
  /** Letter of the kernel's state; 0: not known. */
  readonly osState: number;
}

export const UNKNOWN_STATE: MadeState = { flags: StateFlag.STATE_STACK_KNOWN, osState: 0 };

/**
 * Writes a capture of what an importer reads. Ids that it hands out hold for the whole recording; chunks are
 * cut, and tables repeated in them, as the format asks for.
 */
export class CaptureMaker {
  readonly #writer = new RecordWriter();
  readonly #format: ForeignFormat;
  readonly #rateHertz: number;
  readonly #processes: MadeProcess[] = [];
  readonly #threads: MadeThread[] = [];
  readonly #functions: MadeFunction[] = [];
  readonly #frames: MadeFrame[] = [];
  readonly #functionIndex = new Map<string, number>();
  readonly #frameIndex = new Map<string, number>();
  readonly #stacks = new PairTable();
  readonly #model: MadeModel;
  readonly #samplesOf: number[] = [];
  readonly #notes: string[] = [];
  #tables: MadeTables;
  #block = new MadeBlock();
  #sequence = 0n;
  #ticks = 0;
  #samples = 0;
  #chunkStart = 0;
  #lastTick = 0;
  #cutNames = 0;

  constructor(recording: MadeRecording) {
    this.#format = recording.format;
    this.#rateHertz = recording.rateHertz;
    this.#writer.add({ case: "header", value: headerOf(recording) });
    const stacks = this.#stacks;
    // The empty stack, so that 0 is none.
    stacks.intern(-1, -1);
    this.#model = {
      processes: this.#processes,
      threads: this.#threads,
      functions: this.#functions,
      frames: this.#frames,
      stackParent: (stack) => stacks.first.values[stack]!,
      stackFrame: (stack) => stacks.second.values[stack]!,
    };
    this.#tables = new MadeTables(this.#model);
  }

  process(process: MadeProcess): number {
    return this.#processes.push(process) - 1;
  }

  thread(thread: MadeThread): number {
    this.#samplesOf.push(0);
    return this.#threads.push(thread) - 1;
  }

  /** The frame; lines that cannot be count as not known. */
  frame(name: string, file: string, line: number, column = -1, firstLine = 0): number {
    const key = `${line} ${column} ${firstLine} ${file.length} ${file}${name}`;
    const known = this.#frameIndex.get(key);
    if (known !== undefined) return known;
    const index =
      this.#frames.push({
        function: this.#function(this.#cut(name), this.#cut(file), valid(firstLine)),
        line: valid(line),
        column: column >= 0 && column < LARGEST_LINE ? column : -1,
      }) - 1;
    this.#frameIndex.set(key, index);
    return index;
  }

  /** A stack: a frame on another stack, of which 0 is the empty one. */
  stack(parent: number, frame: number): number {
    return this.#stacks.intern(parent, frame);
  }

  /**
   * Begins the observations of a moment, which is not before the one before.
   *
   * @throws ForeignRecordingError for times that no recording has.
   */
  tick(nanos: number): void {
    this.#checkTime(nanos);
    const time = Math.max(Math.round(nanos / TICK_UNIT_NANOS) * TICK_UNIT_NANOS, this.#lastTick);
    const far = this.#block.ticks > 0 && time - this.#lastTick > LONGEST_GAP_NANOS;
    if (far || this.#isFull()) this.#endChunk(time);
    if (this.#block.ticks === 0) this.#chunkStart = time;
    this.#block.tick(time);
    this.#lastTick = time;
    this.#ticks++;
  }

  /** Adds what a thread did at this tick. Returns false if it was seen at it before. */
  observe(thread: number, stack: number, state: MadeState = UNKNOWN_STATE): boolean {
    const owner = this.#tables.owner(thread);
    if (this.#block.isSeen(owner)) return false;
    const { flags, osState } = state;
    this.#block.observe(owner, this.#tables.stack(stack), this.#tables.state(flags, osState));
    this.#samples++;
    return true;
  }

  /**
   * Adds how often a thread was seen with a stack, and for how long, where nothing says when.
   *
   * @throws ForeignRecordingError for times that no recording has.
   */
  weigh(thread: number, stack: number, weight: MadeWeight, seen: MadeState = UNKNOWN_STATE): void {
    this.#checkTime(Math.max(weight.wallNanos, weight.cpuNanos));
    if (this.#isFull()) this.#endChunk(0);
    const owner = this.#tables.owner(thread);
    const state = this.#tables.state(seen.flags, seen.osState);
    this.#block.weigh(owner, this.#tables.stack(stack), state, weight);
    this.#samples += weight.samples;
    this.#samplesOf[thread]! += weight.samples;
  }

  /** Says what went wrong, for whoever reads a report. */
  note(text: string): void {
    this.#notes.push(text);
  }

  /** What is written by now. */
  take(): Uint8Array[] {
    return this.#writer.take();
  }

  /**
   * Ends the recording.
   *
   * @param end when it ended, and what was counted; without it the file was cut off.
   */
  finish(
    end:
      | { readonly nanos: number; readonly counters?: MessageInitShape<typeof CountersSchema> }
      | undefined,
  ): Uint8Array[] {
    if (end !== undefined) this.#checkTime(end.nanos);
    if (this.#cutNames > 0) {
      this.#notes.push(`${this.#cutNames} names of more than ${LONGEST_NAME} characters are cut`);
    }
    this.#endChunk(
      end === undefined ? this.#lastTick : Math.max(Math.round(end.nanos), this.#lastTick),
    );
    if (end === undefined) return this.take();
    const ticks = this.#ticks || this.#samplesOf.reduce((most, each) => Math.max(most, each), 0);
    this.#writer.add({
      case: "footer",
      value: {
        reason: EndReason.END_UNSPECIFIED,
        timeNanos: BigInt(Math.max(Math.round(end.nanos), this.#lastTick)),
        counters: create(CountersSchema, {
          ticksAsked: BigInt(ticks),
          ticksTaken: BigInt(ticks),
          samples: BigInt(this.#samples),
          ...end.counters,
        } as MessageInitShape<typeof CountersSchema>),
      },
    });
    return this.take();
  }

  #checkTime(nanos: number): void {
    if (nanos <= LONGEST_NANOS) return;
    const title = FOREIGN_FORMATS[this.#format];
    throw new ForeignRecordingError(title, "", "it has times of more than 52 days");
  }

  #isFull(): boolean {
    return (
      this.#block.length >= CHUNK_RUNS ||
      this.#block.ticks >= CHUNK_TICKS ||
      this.#tables.size >= CHUNK_TABLE_BYTES
    );
  }

  #endChunk(endNanos: number): void {
    const [block, tables] = [this.#block, this.#tables];
    this.#block = new MadeBlock();
    this.#tables = new MadeTables(this.#model);
    if (block.length === 0 && this.#notes.length === 0) return;
    const sequence = this.#sequence++;
    this.#writer.add({
      case: "chunkStart",
      value: {
        marker: CHUNK_MARKER,
        sequence,
        timeNanos: BigInt(this.#chunkStart),
        tickUnitNanos: TICK_UNIT_NANOS,
        rateHertz: this.#rateHertz,
      },
    });
    this.#writer.add({ case: "tables", value: tables.finish() });
    if (block.length > 0) {
      const value = block.finish(TICK_UNIT_NANOS, this.#chunkStart);
      this.#writer.add({ case: "samples", value });
    }
    if (this.#notes.length > 0) {
      const event = this.#notes.splice(0).map((text) => ({
        timeNanos: BigInt(this.#lastTick),
        kind: { case: "note" as const, value: { kind: NoteKind.NOTE_UNSPECIFIED, text } },
      }));
      this.#writer.add({ case: "events", value: { event } });
    }
    this.#writer.endChunk({ sequence, timeNanos: BigInt(Math.max(endNanos, this.#chunkStart)) });
  }

  #function(name: string, file: string, firstLine: number): number {
    const key = `${firstLine} ${file.length} ${file}${name}`;
    const known = this.#functionIndex.get(key);
    if (known !== undefined) return known;
    const index = this.#functions.push({ name, file, firstLine }) - 1;
    this.#functionIndex.set(key, index);
    return index;
  }

  #cut(name: string): string {
    if (name.length <= LONGEST_NAME) return name;
    this.#cutNames++;
    return name.slice(0, LONGEST_NAME);
  }
}

function headerOf(recording: MadeRecording): MessageInitShape<typeof HeaderSchema> {
  const { format, program, rateHertz, startRealtimeNanos, missing, losses } = recording;
  return {
    format: "pspy",
    majorVersion: 1,
    minorVersion: 2,
    options: { rateHertz },
    imported: { format, program, missing: [...missing], loss: [...losses] },
    ...(startRealtimeNanos === undefined ? {} : { clock: { realtimeNanos: startRealtimeNanos } }),
    ...(missing.includes(Missing.TIMES)
      ? {
          weightType: [
            { name: "samples", unit: "count" },
            { name: "wall", unit: "nanoseconds" },
            { name: "cpu", unit: "nanoseconds" },
          ],
        }
      : {}),
  };
}

function valid(line: number): number {
  return line > 0 && line <= LARGEST_LINE ? Math.floor(line) : 0;
}
