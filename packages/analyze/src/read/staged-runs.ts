// SPDX-License-Identifier: MIT
import { GrowableInt32, withRoom } from "../model/growable.ts";
import { TickColumns } from "../model/tick-columns.ts";

/**
 * The runs of the chunk that is being read. They become part of the profile only when the chunk's
 * end has confirmed them. Ids are those of the chunk; times are the recording's.
 */
export class StagedRuns {
  length = 0;
  owner: Int32Array<ArrayBuffer> = new Int32Array(0);
  stack: Int32Array<ArrayBuffer> = new Int32Array(0);
  nativeStack: Int32Array<ArrayBuffer> = new Int32Array(0);
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
  readonly ticksSeen: TickColumns = new TickColumns();
  /** Time between ticks beyond what the observations before it stand for. */
  unobservedNanos = 0;

  clear(): void {
    this.length = 0;
    this.open.length = 0;
    this.firstTickNanos = undefined;
    this.lastTickNanos = undefined;
    this.unobservedNanos = 0;
    this.ticksSeen.clear();
  }

  /** Makes room for `count` more runs. */
  reserve(count: number): void {
    const needed = this.length + count;
    this.owner = withRoom(this.owner, needed);
    this.stack = withRoom(this.stack, needed);
    this.nativeStack = withRoom(this.nativeStack, needed);
    this.state = withRoom(this.state, needed);
    this.ticks = withRoom(this.ticks, needed);
    this.startNanos = withRoom(this.startNanos, needed);
    this.wallNanos = withRoom(this.wallNanos, needed);
    this.cpuNanos = withRoom(this.cpuNanos, needed);
  }

  /** Keeps the runs for which `keep` holds, in their order. */
  keep(keep: (run: number) => boolean): void {
    const open = new Set(this.open.view());
    this.open.length = 0;
    let at = 0;
    for (let run = 0; run < this.length; run++) {
      if (!keep(run)) continue;
      this.owner[at] = this.owner[run]!;
      this.stack[at] = this.stack[run]!;
      this.nativeStack[at] = this.nativeStack[run]!;
      this.state[at] = this.state[run]!;
      this.ticks[at] = this.ticks[run]!;
      this.startNanos[at] = this.startNanos[run]!;
      this.wallNanos[at] = this.wallNanos[run]!;
      this.cpuNanos[at] = this.cpuNanos[run]!;
      if (open.has(run)) this.open.push(at);
      at++;
    }
    this.length = at;
  }

  /** Says when the tick after the last one was: the open runs stand for the time until then. */
  closeLastTick(nextTickNanos: number, limitNanos: number): void {
    if (this.lastTickNanos === undefined) return;
    const elapsed = nextTickNanos - this.lastTickNanos;
    const weight = Math.min(elapsed, limitNanos);
    this.unobservedNanos += elapsed - weight;
    this.ticksSeen.addToLast(weight);
    const { values, length } = this.open;
    for (let i = 0; i < length; i++) this.wallNanos[values[i]!]! += weight;
    this.open.length = 0;
  }
}
