// SPDX-License-Identifier: MIT
import { Missing, StateFlag } from "@pyspy/schemas";
import { CaptureMaker, type MadeState } from "../capture-maker.ts";
import { FOREIGN_FORMATS } from "../foreign-format.ts";
import type { Importer } from "../importer.ts";
import { WholeInput } from "../whole-input.ts";
import { inTimeOrder } from "./in-time-order.ts";
import { readTachyonFile, type TachyonFile } from "./tachyon-file.ts";
import { readTachyonRecords } from "./tachyon-records.ts";

const MOST_BYTES = 512 * 2 ** 20;
const MICRO = 1000;
/** Frames of the recorder itself, which its own reports leave out too. */
const OF_RECORDER = /[\\/]_sync_coordinator\.py$/;
const RUNNING = 0x52;
const SLEEPING = 0x53;

/** Bits of the status of a sample (CPython 3.15, Lib/profiling/sampling/constants.py). */
const Status = {
  hasGil: 1,
  onCpu: 2,
  unknown: 4,
  gilRequested: 8,
  hasException: 16,
  mainThread: 32,
} as const;

/** What `python -m profiling.sampling --binary` writes, of CPython 3.15. */
export class TachyonImporter implements Importer {
  readonly #input = new WholeInput(FOREIGN_FORMATS.tachyon, MOST_BYTES);

  push(bytes: Uint8Array): Uint8Array[] {
    this.#input.push(bytes);
    return [];
  }

  finish(): Uint8Array[] {
    const file = readTachyonFile(this.#input.bytes());
    const known = file.mode === "cpu" || file.mode === "all";
    // Other modes leave out looks at which no thread was as they want it.
    const timed = file.mode === undefined || file.mode === "wall" || file.mode === "all";
    const maker = new CaptureMaker({
      format: "tachyon",
      program: `profiling.sampling of Python ${file.pythonVersion}`,
      rateHertz: file.intervalMicros > 0 ? 1e6 / file.intervalMicros : 0,
      missing: [...(known ? [] : [Missing.OS_STATE]), ...(timed ? [] : [Missing.TIMES])],
      losses: lossesOf(file),
    });
    const frames = file.frames.map(({ name, file: path, line, column }) =>
      OF_RECORDER.test(path) ? undefined : maker.frame(name, path, line, column),
    );
    const threads = readTachyonRecords(file, (stack) =>
      stack.reduceRight((parent, index) => {
        const frame = frames[index];
        return frame === undefined ? parent : maker.stack(parent, frame);
      }, 0),
    ).filter(({ times }) => times.length > 0);
    const process = maker.process({ pid: 0, command: [], pythonVersion: file.pythonVersion });
    const ids = threads.map(({ threadId, interpreterId, statuses }) => {
      const main = (statuses.values[0]! & Status.mainThread) !== 0;
      const tid = threadId;
      return maker.thread({ process, tid, pythonThreadId: 0n, name: "", main, interpreterId });
    });
    const pieces: Uint8Array[] = [];
    const weight = { samples: 1, wallNanos: file.intervalMicros * MICRO, cpuNanos: 0 };
    let last: number | undefined;
    let looks = 0;
    inTimeOrder(threads, (list, index) => {
      const { times, stacks, statuses } = threads[list]!;
      const time = times.values[index]!;
      if (time !== last) {
        if (timed) maker.tick(time * MICRO);
        last = time;
        looks++;
        pieces.push(...maker.take());
      }
      const [thread, stack] = [ids[list]!, stacks.values[index]!];
      if (timed) maker.observe(thread, stack, stateOf(statuses.values[index]!));
      else maker.weigh(thread, stack, weight, stateOf(statuses.values[index]!));
    });
    const nanos = ((last ?? 0) + file.intervalMicros) * MICRO;
    pieces.push(...maker.finish({ nanos, counters: countersOf(file, looks) }));
    return pieces;
  }
}

function lossesOf({ mode }: TachyonFile): string[] {
  return [
    "profiling.sampling does not record when it began, the process, its command line or names of threads: times count from its start.",
    ...(mode === "cpu" || mode === "all"
      ? []
      : [
          "Whether threads ran or were blocked is not recorded: all that is there counts as active.",
        ]),
    ...(mode === undefined || mode === "wall" || mode === "all"
      ? []
      : [
          `It was recorded with --mode ${mode}: all other time is missing, so nothing can be asked about times, and seconds are samples times the interval.`,
        ]),
    "CPU time is not recorded, and opcodes and ends of expressions are left out.",
  ];
}

function countersOf(
  { failedPercent = 0, missedPercent = 0 }: TachyonFile,
  looks: number,
): Record<"ticksAsked" | "ticksMissed" | "samplesFailed", bigint> {
  // Whoever fails at one thread throws the look away.
  const failed =
    failedPercent < 100 ? Math.round((looks * failedPercent) / (100 - failedPercent)) : 0;
  const taken = looks + failed;
  const missed =
    missedPercent < 100 ? Math.round((taken * missedPercent) / (100 - missedPercent)) : 0;
  return {
    ticksAsked: BigInt(taken + missed),
    ticksMissed: BigInt(missed),
    samplesFailed: BigInt(failed),
  };
}

const states = new Map<number, MadeState>();

function stateOf(status: number): MadeState {
  const known = states.get(status);
  if (known !== undefined) return known;
  const has = (bit: number, flag: StateFlag): number => ((status & bit) !== 0 ? flag : 0);
  const flags =
    StateFlag.STATE_STACK_KNOWN |
    StateFlag.STATE_GIL_KNOWN |
    has(Status.hasGil, StateFlag.STATE_GIL_HELD) |
    has(Status.gilRequested, StateFlag.STATE_GIL_WAITING) |
    has(Status.hasException, StateFlag.STATE_EXCEPTION_HANDLED);
  const runs = (status & Status.onCpu) !== 0 ? RUNNING : SLEEPING;
  const state = { flags, osState: (status & Status.unknown) !== 0 ? 0 : runs };
  states.set(status, state);
  return state;
}
