// SPDX-License-Identifier: MIT
import type { Importer } from "../importer.ts";
import { AustinSamples } from "./austin-samples.ts";
import { MojoCursor } from "./mojo-cursor.ts";

const HEAD_BYTES = 3;
const NEWEST_VERSION = 3;
/** Lines and columns of frames since version 2, interpreters since version 3. */
const WITH_COLUMNS = 2;
const WITH_INTERPRETERS = 3;
const MOST_LINES = 0x7fff_ffff;
const MOST_MICROS = Number.MAX_SAFE_INTEGER / 1000;
const MOST_PID = 2 ** 32 - 1;

/** Ids of events (austin's documentation, "The MOJO file format"). */
const Event = {
  metadata: 1,
  stack: 2,
  frame: 3,
  invalidFrame: 4,
  frameReference: 5,
  kernelFrame: 6,
  garbage: 7,
  idle: 8,
  time: 9,
  memory: 10,
  string: 11,
} as const;

type Key = number | bigint;

/** A sample whose events are being read. */
interface OpenSample {
  readonly pid: number;
  readonly tid: bigint;
  readonly interpreterId: number;
  stack: number;
  micros: number | undefined;
  idle: boolean;
  collectsGarbage: boolean;
}

/** MOJO, the binary format of austin 3.4 and later: a stream of events, strings and frames by reference. */
export class MojoImporter implements Importer {
  readonly #cursor = new MojoCursor();
  readonly #facts = new Map<string, string>();
  readonly #strings = new Map<Key, string>();
  readonly #frames = new Map<Key, number>();
  #samples: AustinSamples | undefined;
  #open: OpenSample | undefined;
  #version = 0;

  push(bytes: Uint8Array): Uint8Array[] {
    this.#cursor.add(bytes);
    if (this.#version === 0 && !this.#cursor.attempt(() => this.#readHead())) return [];
    while (this.#cursor.left > 0 && this.#cursor.attempt(() => this.#readEvent()));
    return this.#samples?.maker.take() ?? [];
  }

  finish(): Uint8Array[] {
    const cut =
      this.#cursor.left > 0 || (this.#open !== undefined && this.#open.micros === undefined);
    this.#endSample();
    const samples = this.#begun();
    if (cut) samples.maker.note("the file ends within a sample, as if austin were killed");
    return samples.finish(cut);
  }

  #readHead(): void {
    for (let i = 0; i < HEAD_BYTES; i++) this.#cursor.byte();
    const version = this.#cursor.number();
    if (version < 1 || version > NEWEST_VERSION) {
      this.#cursor.fail(`its version is ${version}; 1 to ${NEWEST_VERSION} are known`);
    }
    this.#version = Number(version);
  }

  #readEvent(): void {
    const cursor = this.#cursor;
    const id = cursor.byte();
    switch (id) {
      case Event.metadata: {
        const key = cursor.text();
        this.#facts.set(key, cursor.text());
        break;
      }
      case Event.string: {
        const key = cursor.number();
        this.#strings.set(key, cursor.text());
        break;
      }
      case Event.stack:
        this.#readStack();
        break;
      case Event.frame:
        this.#readFrame();
        break;
      case Event.frameReference: {
        const key = cursor.number();
        this.#addFrame(this.#frames.get(key) ?? cursor.fail(`frame ${key} was not defined`));
        break;
      }
      case Event.invalidFrame:
        this.#addFrame(this.#begun().maker.frame("<invalid frame>", "", 0));
        break;
      case Event.kernelFrame:
        this.#addFrame(this.#begun().maker.frame(cursor.text(), "", 0));
        break;
      case Event.garbage:
        this.#sample().collectsGarbage = true;
        break;
      case Event.idle:
        this.#sample().idle = true;
        break;
      case Event.time: {
        const micros = cursor.count(MOST_MICROS);
        this.#sample().micros = micros;
        break;
      }
      case Event.memory:
        cursor.number();
        // Profiles of memory have nothing else.
        this.#begun();
        break;
      default:
        cursor.fail(`an event has the unknown number ${id}`);
    }
  }

  #readStack(): void {
    const cursor = this.#cursor;
    const pid = cursor.count(MOST_PID);
    const interpreterId = this.#version >= WITH_INTERPRETERS ? cursor.count(MOST_LINES) : 0;
    const tid = cursor.text();
    if (!/^[0-9a-f]{1,16}$/i.test(tid)) cursor.fail("the id of a thread is no number");
    this.#endSample();
    this.#open = {
      pid,
      interpreterId,
      tid: BigInt(`0x${tid}`),
      stack: 0,
      micros: undefined,
      idle: false,
      collectsGarbage: false,
    };
  }

  #readFrame(): void {
    const cursor = this.#cursor;
    const key = cursor.number();
    const [file, name] = [cursor.number(), cursor.number()];
    const line = cursor.count(MOST_LINES);
    let column = 0;
    if (this.#version >= WITH_COLUMNS) {
      cursor.number();
      column = Number(cursor.number());
      cursor.number();
    }
    // Columns count from 1, and 0 is none.
    const { maker } = this.#begun();
    this.#frames.set(key, maker.frame(this.#string(name), this.#string(file), line, column - 1));
  }

  #string(key: Key): string {
    return this.#strings.get(key) ?? this.#cursor.fail(`string ${key} was not defined`);
  }

  #addFrame(frame: number): void {
    const sample = this.#sample();
    sample.stack = this.#begun().maker.stack(sample.stack, frame);
  }

  #sample(): OpenSample {
    return this.#open ?? this.#cursor.fail("a part of a sample stands outside of one");
  }

  #endSample(): void {
    const sample = this.#open;
    this.#open = undefined;
    if (sample === undefined || sample.micros === undefined) return;
    const full = this.#facts.get("mode") === "full";
    const { micros, idle, ...rest } = sample;
    this.#begun().add({ ...rest, micros, idle: full ? idle : undefined });
  }

  #begun(): AustinSamples {
    this.#samples ??= new AustinSamples("austin-mojo", this.#facts);
    return this.#samples;
  }
}
