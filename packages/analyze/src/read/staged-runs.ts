// SPDX-License-Identifier: MIT
import { GrowableInt32, grown, grownCapacity } from "../model/growable.ts";

/**
 * The runs of the chunk that is being read. They become part of the profile only when the chunk's
 * end has confirmed them. Ids are those of the chunk; times are the recording's.
 */
export class StagedRuns {
  length = 0;
  owner: Int32Array<ArrayBuffer> = new Int32Array(0);
  stack: Int32Array<ArrayBuffer> = new Int32Array(0);
  state: Int32Array<ArrayBuffer> = new Int32Array(0);
  ticks: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  startNanos: Float64Array<ArrayBuffer> = new Float64Array(0);
  wallNanos: Float64Array<ArrayBuffer> = new Float64Array(0);
  cpuNanos: Float64Array<ArrayBuffer> = new Float64Array(0);

  /** Runs that reach to the last tick, whose end is not known yet; ascending. */
  readonly open: GrowableInt32 = new GrowableInt32();
  /** `undefined`: no tick yet. */
  firstTickNanos: number | undefined;
  lastTickNanos: number | undefined;
  /** Time between ticks beyond what the observations before it stand for. */
  unobservedNanos = 0;

  clear(): void {
    this.length = 0;
    this.open.length = 0;
    this.firstTickNanos = undefined;
    this.lastTickNanos = undefined;
    this.unobservedNanos = 0;
  }

  /** Makes room for `count` more runs. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.owner.length) return;
    const capacity = grownCapacity(this.owner.length, needed);
    this.owner = grown(this.owner, capacity);
    this.stack = grown(this.stack, capacity);
    this.state = grown(this.state, capacity);
    this.ticks = grown(this.ticks, capacity);
    this.startNanos = grown(this.startNanos, capacity);
    this.wallNanos = grown(this.wallNanos, capacity);
    this.cpuNanos = grown(this.cpuNanos, capacity);
  }

  /** Says when the tick after the last one was: the open runs stand for the time until then. */
  closeLastTick(nextTickNanos: number, limitNanos: number): void {
    if (this.lastTickNanos === undefined) return;
    const elapsed = nextTickNanos - this.lastTickNanos;
    const weight = Math.min(elapsed, limitNanos);
    this.unobservedNanos += elapsed - weight;
    const { values, length } = this.open;
    for (let i = 0; i < length; i++) this.wallNanos[values[i]!]! += weight;
    this.open.length = 0;
  }
}
