// SPDX-License-Identifier: MIT
import { withRoom } from "./growable.ts";
import type { SampleTable } from "./profile.ts";

/** A `SampleTable` that grows. Write at [0, length) of the columns, after `reserve`. */
export class SampleColumns {
  length = 0;
  thread: Int32Array<ArrayBuffer> = new Int32Array(0);
  stack: Int32Array<ArrayBuffer> = new Int32Array(0);
  nativeStack: Int32Array<ArrayBuffer> = new Int32Array(0);
  flags: Uint16Array<ArrayBuffer> = new Uint16Array(0);
  osState: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  syscall: Int16Array<ArrayBuffer> = new Int16Array(0);
  ticks: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  startNanos: Float64Array<ArrayBuffer> = new Float64Array(0);
  wallNanos: Float64Array<ArrayBuffer> = new Float64Array(0);
  cpuNanos: Float64Array<ArrayBuffer> = new Float64Array(0);

  /** Makes room for `count` more entries. */
  reserve(count: number): void {
    const needed = this.length + count;
    this.thread = withRoom(this.thread, needed);
    this.stack = withRoom(this.stack, needed);
    this.nativeStack = withRoom(this.nativeStack, needed);
    this.flags = withRoom(this.flags, needed);
    this.osState = withRoom(this.osState, needed);
    this.syscall = withRoom(this.syscall, needed);
    this.ticks = withRoom(this.ticks, needed);
    this.startNanos = withRoom(this.startNanos, needed);
    this.wallNanos = withRoom(this.wallNanos, needed);
    this.cpuNanos = withRoom(this.cpuNanos, needed);
  }

  /** The table so far, without a copy: the builder must not be used afterwards. */
  build(): SampleTable {
    const { length } = this;
    return {
      length,
      thread: this.thread.subarray(0, length),
      stack: this.stack.subarray(0, length),
      nativeStack: this.nativeStack.subarray(0, length),
      flags: this.flags.subarray(0, length),
      osState: this.osState.subarray(0, length),
      syscall: this.syscall.subarray(0, length),
      ticks: this.ticks.subarray(0, length),
      startNanos: this.startNanos.subarray(0, length),
      wallNanos: this.wallNanos.subarray(0, length),
      cpuNanos: this.cpuNanos.subarray(0, length),
    };
  }
}
