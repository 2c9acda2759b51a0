// SPDX-License-Identifier: MIT
import { Missing, StateFlag } from "@pyspy/schemas";
import { ForeignRecordingError } from "../../errors.ts";
import { CaptureMaker, type MadeState } from "../capture-maker.ts";
import { FOREIGN_FORMATS } from "../foreign-format.ts";
import { KnownThreads, type NamedThread } from "../known-threads.ts";

const MICRO = 1000;
const IDLE = 0x53;
const RUNNING = 0x52;

/** One line of austin's text, one group of events of MOJO. */
export interface AustinSample {
  readonly pid: number;
  readonly tid: bigint;
  readonly interpreterId: number;
  /** Stack of the maker. */
  readonly stack: number;
  readonly micros: number;
  /** `undefined`: not recorded. */
  readonly idle: boolean | undefined;
  readonly collectsGarbage: boolean;
}

/**
 * Makes a capture of austin's samples. austin gives each the time since it looked at the process before, so a
 * sample stands for a stretch that ends with it, and its threads in one look have the same.
 */
export class AustinSamples {
  readonly maker: CaptureMaker;
  readonly #threads: KnownThreads;
  readonly #timed: boolean;
  /** Where the look that is being read begins, and how long it is. */
  #clock = 0;
  #look = 0;
  #looks = 0;

  /**
   * @param facts what the recording says of itself: "mode", "interval", "python", "austin".
   * @throws ForeignRecordingError for profiles of memory.
   */
  constructor(format: "austin" | "austin-mojo", facts: ReadonlyMap<string, string>) {
    const mode = facts.get("mode") ?? "wall";
    if (mode === "memory") {
      throw new ForeignRecordingError(
        FOREIGN_FORMATS[format],
        "",
        "it is a profile of memory, which has no times",
      );
    }
    this.#timed = mode !== "cpu";
    const full = mode === "full";
    const intervalMicros = Number(facts.get("interval"));
    const version = facts.get("austin");
    this.maker = new CaptureMaker({
      format,
      program: version === undefined ? "austin" : `austin ${version}`,
      rateHertz: intervalMicros > 0 ? 1e6 / intervalMicros : 0,
      missing: [
        ...(this.#timed ? [] : [Missing.TIMES]),
        Missing.GIL,
        ...(full ? [] : [Missing.OS_STATE]),
      ],
      losses: [
        this.#timed
          ? "austin does not record when it began: times count from there. Several processes are looked at one after the other, and share one clock here."
          : "austin left idle threads out (its mode cpu) and with them their time: nothing can be asked about times.",
        full
          ? "Who held the GIL is not recorded, and memory is left out."
          : "Who held the GIL, CPU time and what blocked is not recorded: all that is there counts as active.",
        "Names of threads and command lines are not recorded.",
      ],
    });
    this.#threads = new KnownThreads(this.maker, facts.get("python") ?? "");
  }

  add({ stack, micros, idle, collectsGarbage, ...thread }: AustinSample): void {
    const id = this.#threads.thread(thread satisfies NamedThread);
    if (!this.#timed) {
      const nanos = micros * MICRO;
      if (nanos > 0) this.maker.weigh(id, stack, { samples: 1, wallNanos: nanos, cpuNanos: nanos });
      return;
    }
    const gc = collectsGarbage ? StateFlag.STATE_GC : 0;
    const osState = idle === undefined ? 0 : idle ? IDLE : RUNNING;
    const state: MadeState = { flags: StateFlag.STATE_STACK_KNOWN | gc, osState };
    // A thread that comes again begins the next look.
    if (this.#looks === 0 || !this.maker.observe(id, stack, state)) {
      this.#clock += this.#look;
      this.#look = 0;
      this.#looks++;
      this.maker.tick(this.#clock * MICRO);
      this.maker.observe(id, stack, state);
    }
    this.#look = Math.max(this.#look, micros);
  }

  /** @param cut the end of the file is missing. */
  finish(cut: boolean): Uint8Array[] {
    return this.maker.finish(cut ? undefined : { nanos: (this.#clock + this.#look) * MICRO });
  }
}
