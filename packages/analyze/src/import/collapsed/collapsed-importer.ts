// SPDX-License-Identifier: MIT
import { Missing } from "@pyspy/schemas";
import { ForeignRecordingError } from "../../errors.ts";
import { CaptureMaker } from "../capture-maker.ts";
import { FOREIGN_FORMATS, type ImportOptions } from "../foreign-format.ts";
import type { Importer } from "../importer.ts";
import { KnownThreads } from "../known-threads.ts";
import { LineSplitter } from "../line-splitter.ts";
import { collapsedFrame } from "./collapsed-frame.ts";
import { collapsedRoots } from "./collapsed-roots.ts";

/** The count stands behind the last space. */
const LINE = /^(.*?) ?(\d{1,15}(?:\.\d{1,9})?)$/s;
/** py-spy's default, and that of our own agent. */
const USUAL_RATE_HERTZ = 100;
const RECKONED = `They count samples: seconds here are reckoned at ${USUAL_RATE_HERTZ} samples per second (--input-rate says otherwise).`;
/** Samples of one run of a capture. */
const MOST_SAMPLES = 2 ** 32 - 1;
const MOST_NANOS = Number.MAX_SAFE_INTEGER;

interface Made {
  readonly maker: CaptureMaker;
  readonly threads: KnownThreads;
}

/**
 * Collapsed stacks, a line each: `outermost;...;innermost COUNT` (FlameGraph's stackcollapse-*.pl). py-spy
 * (-f raw), profiling.sampling (--collapsed) and others name processes, threads, files and lines in them.
 */
export class CollapsedImporter implements Importer {
  readonly #lines = new LineSplitter(FOREIGN_FORMATS.collapsed);
  readonly #rateHertz: number | undefined;
  readonly #periodNanos: number;
  /** By their texts. */
  readonly #frames = new Map<string, number>();
  /** From the first stack on, which says whether threads are told apart. */
  #made: Made | undefined;
  #fractions = 0;

  constructor({ rateHertz }: ImportOptions) {
    this.#rateHertz = rateHertz;
    this.#periodNanos = 1e9 / (rateHertz ?? USUAL_RATE_HERTZ);
  }

  push(bytes: Uint8Array): Uint8Array[] {
    this.#lines.push(bytes, (line) => this.#take(line));
    return this.#made?.maker.take() ?? [];
  }

  finish(): Uint8Array[] {
    this.#lines.finish((line) => this.#take(line));
    const { maker } = this.#begin(false);
    if (this.#fractions > 0) {
      maker.note(`${this.#fractions} counts were no whole numbers and are rounded`);
    }
    return maker.finish({ nanos: 0 });
  }

  #take(line: string): void {
    // Comments are not part of the format; austin and some scripts write them.
    if (line === "" || line.startsWith("# ")) return;
    const found = LINE.exec(line);
    if (found === null) this.#fail("has no count at its end");
    const stack = found[1]!;
    let samples = Number(found[2]);
    if (!Number.isInteger(samples)) {
      samples = Math.round(samples);
      this.#fractions++;
    }
    if (samples === 0) return;
    if (samples * this.#periodNanos > MOST_NANOS)
      this.#fail("counts more samples than 104 days have");
    const parts = stack === "" ? [] : stack.split(";");
    const { thread, hasThread, framesFrom } = collapsedRoots(parts);
    const { maker, threads } = this.#begin(hasThread);
    const id = threads.thread(thread);
    let frames = 0;
    for (let i = framesFrom; i < parts.length; i++) {
      frames = maker.stack(frames, this.#frame(parts[i]!, maker));
    }
    for (let left = samples; left > 0; left -= MOST_SAMPLES) {
      const some = Math.min(left, MOST_SAMPLES);
      const wallNanos = Math.round(some * this.#periodNanos);
      maker.weigh(id, frames, { samples: some, wallNanos, cpuNanos: 0 });
    }
  }

  #frame(text: string, maker: CaptureMaker): number {
    const known = this.#frames.get(text);
    if (known !== undefined) return known;
    const { name, file, line } = collapsedFrame(text);
    const frame = maker.frame(name, file, line);
    this.#frames.set(text, frame);
    return frame;
  }

  #begin(hasThread: boolean): Made {
    if (this.#made !== undefined) return this.#made;
    const maker = new CaptureMaker({
      format: "collapsed",
      program: "",
      rateHertz: this.#rateHertz ?? USUAL_RATE_HERTZ,
      missing: [
        Missing.TIMES,
        Missing.GIL,
        Missing.OS_STATE,
        ...(hasThread ? [] : [Missing.THREADS]),
      ],
      losses: [
        "Collapsed stacks do not say when a sample was taken: nothing can be asked about times.",
        ...(this.#rateHertz === undefined ? [RECKONED] : []),
        "Who held the GIL, CPU time and what blocked is not in them: all that is there counts as active.",
        ...(hasThread ? [] : ["Threads are not told apart."]),
      ],
    });
    this.#made = { maker, threads: new KnownThreads(maker, "") };
    return this.#made;
  }

  #fail(problem: string): never {
    const where = `line ${this.#lines.number}`;
    throw new ForeignRecordingError(FOREIGN_FORMATS.collapsed, where, `it ${problem}`);
  }
}
