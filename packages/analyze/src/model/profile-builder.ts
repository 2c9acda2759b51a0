// SPDX-License-Identifier: MIT
import { CaptureTooLargeError } from "../errors.ts";
import { FunctionInterner } from "./function-interner.ts";
import { NativeCodeBuilder } from "./native-code-builder.ts";
import { ProcessInterner } from "./process-interner.ts";
import type { Damage, Process, Profile, Recording, TickTable } from "./profile.ts";
import { SampleColumns } from "./sample-columns.ts";
import { StackInterner } from "./stack-interner.ts";
import type { ThreadVariables } from "./variables.ts";

/** Of one profile. Each takes some 1.5 KB, and 12 bytes of a file. */
export const MAX_RECORDINGS: number = 1 << 18;

/** A recording whose times still count from its own start. */
export interface BuiltRecording {
  /** Times are those of its own clock: nanoseconds since its header. */
  readonly recording: Recording;
  /** CLOCK_REALTIME of its start; `undefined`: its header is lost. */
  readonly startRealtimeNanos: bigint | undefined;
  /** Its first entry in the samples; it reaches to the first of the next recording. */
  readonly firstRun: number;
}

/**
 * What readers fill to make a `Profile`. All indexes that it hands out are those of the profile.
 * Times are nanoseconds from the start of their own recording; `build` ties them together.
 */
export class ProfileBuilder {
  readonly functions: FunctionInterner = new FunctionInterner();
  readonly stacks: StackInterner = new StackInterner();
  readonly native: NativeCodeBuilder = new NativeCodeBuilder();
  readonly processes: ProcessInterner = new ProcessInterner();
  readonly samples: SampleColumns = new SampleColumns();
  /** With the index of their recording, on whose clock they are. */
  readonly variables: (ThreadVariables & { readonly recording: number })[] = [];
  readonly #recordings: BuiltRecording[] = [];

  /** Index that the next recording will have. */
  get recordingCount(): number {
    return this.#recordings.length;
  }

  /** @throws CaptureTooLargeError for more than any merge has: a hostile file may be all headers. */
  addRecording(recording: BuiltRecording): void {
    if (this.#recordings.length >= MAX_RECORDINGS) {
      throw new CaptureTooLargeError(MAX_RECORDINGS + 1);
    }
    this.#recordings.push(recording);
  }

  /** The profile. The builder must not be used afterwards. */
  build(damage: readonly Damage[]): Profile {
    const starts = this.#recordings.flatMap(({ startRealtimeNanos: start }) => start ?? []);
    const origin = starts.toSorted((a, b) => (a < b ? -1 : 1))[0] ?? 0n;
    const offsets = this.#recordings.map(({ startRealtimeNanos }) =>
      startRealtimeNanos === undefined ? 0 : Number(startRealtimeNanos - origin),
    );
    this.#moveSamples(offsets);
    return {
      originRealtimeNanos: origin,
      recordings: this.#recordings.map(({ recording }, i) =>
        movedRecording(recording, offsets[i]!),
      ),
      processes: this.processes.processes().map((process) => movedProcess(process, offsets)),
      threads: this.processes.threads(),
      functions: this.functions.functions,
      frames: this.stacks.buildFrames(),
      stacks: this.stacks.buildStacks(),
      native: this.native.build(),
      samples: this.samples.build(),
      firstRuns: Uint32Array.from([
        ...this.#recordings.map(({ firstRun }) => firstRun),
        this.samples.length,
      ]),
      variables: this.variables.map(({ recording, ...each }) => ({
        ...each,
        timeNanos: each.timeNanos + (offsets[recording] ?? 0),
      })),
      damage,
    };
  }

  #moveSamples(offsets: readonly number[]): void {
    const { startNanos, length } = this.samples;
    offsets.forEach((offset, i) => {
      if (offset === 0) return;
      const end = this.#recordings[i + 1]?.firstRun ?? length;
      for (let run = this.#recordings[i]!.firstRun; run < end; run++) startNanos[run]! += offset;
    });
  }
}

function movedRecording(recording: Recording, offset: number): Recording {
  return {
    ...recording,
    startNanos: recording.startNanos + offset,
    endNanos: recording.endNanos + offset,
    ticks: movedTicks(recording.ticks, offset),
    notes: recording.notes.map((note) => ({ ...note, timeNanos: note.timeNanos + offset })),
  };
}

function movedTicks(ticks: TickTable, offset: number): TickTable {
  return offset === 0 ? ticks : { ...ticks, nanos: ticks.nanos.map((nanos) => nanos + offset) };
}

/** Exits are told on the clock of the recording that saw them. */
function movedProcess(process: Process, offsets: readonly number[]): Process {
  const { start, exit } = process;
  return { ...process, start: start && moved(start, offsets), exit: exit && moved(exit, offsets) };
}

/** The same moment on the axis of the profile. */
function moved<T extends { readonly recording: number; readonly timeNanos: number }>(
  event: T,
  offsets: readonly number[],
): T {
  return { ...event, timeNanos: event.timeNanos + (offsets[event.recording] ?? 0) };
}
