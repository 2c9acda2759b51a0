// SPDX-License-Identifier: MIT
import { ForeignRecordingError } from "../../errors.ts";
import { collapsedFrame, fileFirstFrame } from "../collapsed/collapsed-frame.ts";
import { FOREIGN_FORMATS } from "../foreign-format.ts";
import type { Importer } from "../importer.ts";
import { LineSplitter } from "../line-splitter.ts";
import { AustinSamples } from "./austin-samples.ts";

const FACT = /^# ([\w-]+): (.*)$/;
/** `P42;T0:43;FRAMES METRICS`; until austin 3.5 without the interpreter in front of the thread. */
const SAMPLE =
  /^P(\d{1,9});T(?:(\d{1,5}):)?([0-9a-f]{1,16})(?:;(.*))? (\d{1,15})(?:,([01]),(-?\d{1,19}))?$/s;
const GARBAGE = ":GC:";

/** austin's text: facts of the recording as comments, then a line a sample (austin 3.x; mojo2austin of 4). */
export class AustinTextImporter implements Importer {
  readonly #lines = new LineSplitter(FOREIGN_FORMATS.austin);
  readonly #facts = new Map<string, string>();
  readonly #frames = new Map<string, number>();
  #samples: AustinSamples | undefined;
  /** What may be a line that was cut off: only the last one may. */
  #broken: number | undefined;

  push(bytes: Uint8Array): Uint8Array[] {
    this.#lines.push(bytes, (line) => this.#take(line));
    return this.#samples?.maker.take() ?? [];
  }

  finish(): Uint8Array[] {
    let cut = this.#broken !== undefined;
    this.#lines.finish((line) => {
      cut = true;
      if (SAMPLE.test(line) || line.startsWith("#")) this.#take(line);
    });
    const samples = this.#begun();
    if (cut) samples.maker.note("the text ends within a line, as if austin were killed");
    return samples.finish(cut);
  }

  #take(line: string): void {
    if (this.#broken !== undefined) this.#fail(this.#broken);
    if (line === "") return;
    const fact = FACT.exec(line);
    if (fact !== null) {
      this.#facts.set(fact[1]!, fact[2]!);
      return;
    }
    const found = SAMPLE.exec(line);
    if (found === null) {
      this.#broken = this.#lines.number;
      return;
    }
    const [, pid, interpreter = "0", tid, frames = "", first, idle] = found;
    const samples = this.#begun();
    let stack = 0;
    let collectsGarbage = false;
    for (const text of frames === "" ? [] : frames.split(";")) {
      if (text === GARBAGE) collectsGarbage = true;
      else stack = samples.maker.stack(stack, this.#frame(text, samples));
    }
    samples.add({
      pid: Number(pid),
      tid: this.#threadId(tid!),
      interpreterId: Number(interpreter),
      stack,
      micros: Number(first),
      idle: idle === undefined ? undefined : idle === "1",
      collectsGarbage,
    });
  }

  /** Of austin 3 decimal, as far as it can be; mojo2austin hands on what MOJO of austin 4 has. */
  #threadId(text: string): bigint {
    const hexadecimal = /[a-f]/.test(text) || /^[4-9]/.test(this.#facts.get("austin") ?? "");
    return BigInt(hexadecimal ? `0x${text}` : text);
  }

  #frame(text: string, { maker }: AustinSamples): number {
    const known = this.#frames.get(text);
    if (known !== undefined) return known;
    const { name, file, line } = fileFirstFrame(text) ?? collapsedFrame(text);
    const frame = maker.frame(name, file, line);
    this.#frames.set(text, frame);
    return frame;
  }

  #begun(): AustinSamples {
    this.#samples ??= new AustinSamples("austin", this.#facts);
    return this.#samples;
  }

  #fail(line: number): never {
    throw new ForeignRecordingError(FOREIGN_FORMATS.austin, `line ${line}`, "there is no sample");
  }
}
