// SPDX-License-Identifier: MIT
import type {
  ChunkEnd,
  ChunkStart,
  Counters,
  Event,
  Footer,
  Header,
  Snapshot,
} from "@pyspy/schemas";
import { hostOf } from "../model/labels.ts";
import type { RecordingNote } from "../model/profile.ts";
import type { ProfileBuilder } from "../model/profile-builder.ts";
import { TickColumns } from "../model/tick-columns.ts";
import { BlockedCpu } from "./blocked-cpu.ts";
import { type CommitTarget, type CommittedChunk, commitChunk } from "./chunk-commit.ts";
import type { ChunkTables } from "./chunk-tables.ts";
import { addCounters } from "./counters.ts";
import { ownWeightTypes, UntimedOrder } from "./own-weights.ts";
import type { StagedRuns } from "./staged-runs.ts";
import { threadVariables } from "./thread-variables.ts";
import { periodNanos, tickLimitNanos } from "./tick-weight.ts";

/** A chunk of which all that is usable has been read. */
export interface ReadChunk {
  readonly start: ChunkStart;
  readonly tables: ChunkTables;
  readonly runs: StagedRuns;
  readonly events: readonly Event[];
  readonly snapshots: readonly Snapshot[];
  /** `undefined`: the chunk was cut off. */
  readonly end: ChunkEnd | undefined;
  /** False: a part of it is missing. */
  readonly whole: boolean;
}

/** The last tick so far: how long it lasted is known only when the next one is. */
interface OpenTick {
  readonly nanos: number;
  readonly runs: Int32Array;
  readonly rateHertz: number;
  /** Of the last chunk, which may be one after the tick's own. */
  readonly sequence: number;
  readonly whole: boolean;
  readonly chunkEndNanos: number | undefined;
}

/** Puts one recording together from its chunks. */
export class RecordingReader {
  readonly #header: Header;
  readonly #startRealtimeNanos: bigint | undefined;
  readonly #target: CommitTarget;
  readonly #firstRun: number;
  readonly #notes: RecordingNote[] = [];
  readonly #ticks = new TickColumns();
  readonly #blockedCpu = new BlockedCpu();
  /** `undefined`: ticks say when it was. */
  readonly #untimed: UntimedOrder | undefined;
  #openTick: OpenTick | undefined;
  #counters: Counters | undefined;
  #chunkCount = 0;
  #rateHertz: number;
  #endNanos = 0;
  #firstTickNanos: number | undefined;
  #unobservedNanos = 0;
  #unsupportedSamples = 0;

  constructor(builder: ProfileBuilder, header: Header) {
    const recording = builder.recordingCount;
    const { clock, options } = header;
    this.#header = header;
    this.#startRealtimeNanos = clock?.realtimeNanos;
    this.#target = { builder, recording, hostKey: hostKey(header, recording) };
    this.#firstRun = builder.samples.length;
    this.#rateHertz = options?.rateHertz ?? 0;
    this.#untimed = ownWeightTypes(header) && new UntimedOrder();
  }

  add(chunk: ReadChunk): void {
    const { start, runs, end } = chunk;
    const sequence = Number(start.sequence);
    this.#chunkCount++;
    if (start.rateHertz > 0) this.#rateHertz = start.rateHertz;
    if (end?.counters !== undefined) {
      this.#counters =
        this.#counters === undefined ? end.counters : addCounters(this.#counters, end.counters);
    }
    const chunkEndNanos = end && Number(end.timeNanos);
    this.#endNanos = Math.max(this.#endNanos, chunkEndNanos ?? 0);

    const before = this.#openTick;
    const follows = before?.whole === true && sequence === before.sequence + 1;
    if (runs.firstTickNanos !== undefined) this.#closeTick(runs.firstTickNanos, follows);
    this.#firstTickNanos ??= runs.firstTickNanos;
    const { samples } = this.#target.builder;
    const firstRun = samples.length;
    const committed = commitChunk(chunk.tables, runs, this.#target);
    this.#unsupportedSamples += committed.unsupportedSamples;
    this.#unobservedNanos += runs.unobservedNanos;
    this.#ticks.append(runs.ticksSeen.view());
    if (this.#untimed === undefined) {
      this.#blockedCpu.credit(samples, firstRun, this.#ticks.view());
    } else {
      this.#endNanos = Math.max(this.#endNanos, this.#untimed.place(samples, firstRun));
    }
    if (runs.lastTickNanos !== undefined) {
      this.#openTick = {
        nanos: runs.lastTickNanos,
        runs: committed.openRuns,
        rateHertz: this.#rateHertz,
        sequence,
        whole: chunk.whole,
        chunkEndNanos,
      };
    } else if (before !== undefined && follows) {
      this.#openTick = { ...before, sequence, whole: chunk.whole, chunkEndNanos };
    }
    for (const event of chunk.events) this.#addEvent(event, committed);
    for (const snapshot of chunk.snapshots) {
      const variables = threadVariables(snapshot, committed.threads);
      if (variables === undefined) continue;
      this.#target.builder.variables.push({ ...variables, recording: this.#target.recording });
    }
  }

  /** Hands the recording to the builder. No footer: it was cut off. */
  finish(footer: Footer | undefined): void {
    const footerNanos = footer && Number(footer.timeNanos);
    if (this.#openTick !== undefined) this.#closeTick(footerNanos, this.#openTick.whole);
    this.#target.builder.addRecording({
      startRealtimeNanos: this.#startRealtimeNanos,
      firstRun: this.#firstRun,
      recording: {
        header: this.#header,
        startNanos: this.#firstTickNanos ?? 0,
        endNanos: Math.max(this.#endNanos, footerNanos ?? 0),
        endReason: footer?.reason,
        endMessage: footer?.message ?? "",
        counters: footer?.counters ?? this.#counters,
        chunkCount: this.#chunkCount,
        rateHertz: this.#rateHertz,
        unobservedNanos: this.#unobservedNanos,
        ticks: this.#ticks.view(),
        unsupportedSamples: this.#unsupportedSamples,
        notes: this.#notes,
      },
    });
  }

  /**
   * Gives the last tick its weight: until the tick after it, if nothing is missing between them,
   * else until its chunk's end, else one period; never more than the limit.
   */
  #closeTick(nextNanos: number | undefined, follows: boolean): void {
    const tick = this.#openTick;
    if (tick === undefined) return;
    const known = follows ? nextNanos : undefined;
    const until = known ?? tick.chunkEndNanos ?? tick.nanos + periodNanos(tick.rateHertz);
    const elapsed = Math.max(until - tick.nanos, 0);
    const weight = Math.min(elapsed, tickLimitNanos(tick.rateHertz));
    const { wallNanos } = this.#target.builder.samples;
    for (const run of tick.runs) wallNanos[run]! += weight;
    this.#ticks.addToLast(weight);
    const gapNanos = Math.max((nextNanos ?? until) - tick.nanos, 0);
    this.#unobservedNanos += Math.max(gapNanos - weight, 0);
    this.#endNanos = Math.max(this.#endNanos, tick.nanos + weight);
    this.#openTick = undefined;
  }

  #addEvent({ timeNanos, kind }: Event, { processes }: CommittedChunk): void {
    const nanos = Number(timeNanos);
    if (kind.case === "processStarted" || kind.case === "processExecuted") {
      this.#target.builder.processes.setStart(processes[kind.value.process - 1]!, {
        recording: this.#target.recording,
        timeNanos: nanos,
      });
    } else if (kind.case === "processExited") {
      const { process, statusKnown, exitStatus, signal } = kind.value;
      this.#target.builder.processes.setExit(processes[process - 1]!, {
        recording: this.#target.recording,
        timeNanos: nanos,
        status: statusKnown && signal === 0 ? exitStatus : undefined,
        signal: signal === 0 ? undefined : signal,
      });
    } else if (kind.case === "note") {
      const { kind: noteKind, process, text } = kind.value;
      this.#notes.push({
        timeNanos: nanos,
        kind: noteKind,
        process: process === 0 ? undefined : processes[process - 1]!,
        text,
      });
    }
  }
}

/**
 * Recordings with equal keys saw the same pids: of one boot, or of one host by its name or its label. Others
 * do not say when processes started, so that a pid of one file is never that of another.
 */
function hostKey(header: Header, recording: number): string {
  const { host, imported } = header;
  if (imported !== undefined) return `recording ${recording}`;
  if (host !== undefined && host.bootId.length > 0) return `boot ${host.bootId.join(".")}`;
  const name = hostOf(header);
  return name === "" ? `recording ${recording}` : `host ${name}`;
}
