// SPDX-License-Identifier: MIT
import { FrameFlag, NativeFrameFlag, StateFlag } from "@pyspy/schemas";
import { StackWriter } from "../frames/rewrite-stacks.ts";
import { PairTable } from "../model/pair-table.ts";
import {
  type FrameTable,
  INLINED_IN_EVALUATION,
  type NativeCode,
  type Profile,
  type StackTable,
} from "../model/profile.ts";
import { nativeRole } from "./native-role.ts";

export interface MergeOptions {
  /** Also the interpreter's frames that only carry calls, and how programs and threads start. */
  readonly interpreter: boolean;
}

export interface Merged {
  readonly profile: Profile;
  /** Runs whose native frames do not fit their Python frames, and which have none therefore;
   * ascending. */
  readonly mismatchedRuns: readonly number[];
}

const NONE = -1;

/** The last merge of each profile: one view asks for it some times, with the same options. */
const lastMerges = new WeakMap<
  Profile,
  { readonly interpreter: boolean; readonly merged: Merged }
>();

/**
 * The profile with native frames between its Python frames. In each stack, the k-th native frame that
 * hosts Python frames gives its place to the k-th segment of Python frames, both counted from the
 * innermost; a segment ends at a frame that was entered from C.
 *
 * Takes time for every pair of a Python and a native stack that occurs, and for every run once.
 */
export function mergeNative(profile: Profile, options: MergeOptions): Merged {
  const { native } = profile;
  if (native === undefined) return { profile, mismatchedRuns: [] };
  const { interpreter } = options;
  const last = lastMerges.get(profile);
  if (last?.interpreter === interpreter) return last.merged;
  const merged = mergeAnew(profile, native, options);
  lastMerges.set(profile, { interpreter, merged });
  return merged;
}

function mergeAnew(profile: Profile, native: NativeCode, options: MergeOptions): Merged {
  const merger = new StackMerger(profile, native, options);
  const { samples } = profile;
  const stack = new Int32Array(samples.length);
  const known = new Map<number, number>();
  const pairs = new PairTable();
  const mismatchedRuns: number[] = [];
  for (let run = 0; run < samples.length; run++) {
    const python = samples.stack[run]!;
    const nativeStack = samples.nativeStack[run]!;
    const cut = (samples.flags[run]! & StateFlag.STATE_NATIVE_TRUNCATED) !== 0;
    // Whether a stack was cut is part of the key: only then may segments have no host.
    const pair = pairs.intern(python, nativeStack) * 2 + (cut ? 1 : 0);
    let found = known.get(pair);
    if (found === undefined) {
      found = merger.merge(python, nativeStack, cut);
      known.set(pair, found);
    }
    if (found === MISMATCH) mismatchedRuns.push(run);
    stack[run] = found === MISMATCH ? merger.python(python) : found;
  }
  const merged: Profile = {
    ...profile,
    functions: [...profile.functions, ...native.functions],
    frames: joinFrames(profile.frames, native.frames, profile.functions.length),
    stacks: merger.build(),
    samples: { ...samples, stack },
  };
  return { profile: merged, mismatchedRuns };
}

const MISMATCH = -2;

class StackMerger {
  readonly #python: StackTable;
  readonly #pythonFlags: Uint8Array;
  readonly #native: StackTable;
  readonly #nativeFlags: Uint8Array;
  readonly #nativeFunction: Int32Array;
  readonly #firstNativeFrame: number;
  /** Of every native frame what it is to Python, which says whether it is shown. */
  readonly #roles: readonly ReturnType<typeof nativeRole>[];
  readonly #options: MergeOptions;
  readonly #writer = new StackWriter();
  readonly #pythonStacks = new Map<number, number>();

  constructor(profile: Profile, native: NativeCode, options: MergeOptions) {
    this.#python = profile.stacks;
    this.#pythonFlags = profile.frames.flags;
    this.#native = native.stacks;
    this.#nativeFlags = native.frames.flags;
    this.#nativeFunction = native.frames.function;
    this.#firstNativeFrame = profile.frames.length;
    const roles = native.functions.map(nativeRole);
    // What the evaluation loop does by itself is the time of the Python function that it runs.
    this.#roles = Array.from(native.frames.function, (index, frame) =>
      (native.frames.flags[frame]! & INLINED_IN_EVALUATION) !== 0 ? "plumbing" : roles[index]!,
    );
    this.#options = options;
  }

  build(): StackTable {
    return this.#writer.build();
  }

  /** The Python stack alone. */
  python(stack: number): number {
    if (stack < 0) return NONE;
    const known = this.#pythonStacks.get(stack);
    if (known !== undefined) return known;
    const parent = this.python(this.#python.parent[stack]!);
    const made = this.#writer.call(parent, this.#python.frame[stack]!);
    this.#pythonStacks.set(stack, made);
    return made;
  }

  /** Both in one; `MISMATCH`: they do not fit. */
  merge(python: number, native: number, cut: boolean): number {
    if (native < 0) return this.python(python);
    const segments = this.#segments(python);
    const frames = path(this.#native, native);
    const hosts = frames.reduce((count, frame) => count + (this.#isHost(frame) ? 1 : 0), 0);
    if (hosts > segments.length || (hosts < segments.length && !cut)) return MISMATCH;
    let stack = NONE;
    // Beyond the end of a native stack that was cut.
    for (let segment = segments.length - 1; segment >= hosts; segment--) {
      stack = this.#append(stack, segments[segment]!);
    }
    let segment = hosts;
    for (let i = frames.length - 1; i >= 0; i--) {
      const frame = frames[i]!;
      if (this.#isHost(frame)) stack = this.#append(stack, segments[--segment]!);
      else stack = this.#appendNative(stack, frame);
    }
    return stack;
  }

  #isHost(frame: number): boolean {
    return (this.#nativeFlags[frame]! & NativeFrameFlag.NATIVE_FRAME_HOSTS_PYTHON) !== 0;
  }

  #append(stack: number, segment: readonly number[]): number {
    let at = stack;
    for (let i = segment.length - 1; i >= 0; i--) at = this.#writer.call(at, segment[i]!);
    return at;
  }

  #appendNative(stack: number, frame: number): number {
    const shown = this.#firstNativeFrame + frame;
    if (!this.#options.interpreter) {
      const role = this.#roles[frame]!;
      if (role === "plumbing") return stack;
      if (stack === NONE && role !== "code") return stack;
      // One says no less than several.
      if (role === "unnamed" && this.#isOf(this.#writer.innermost(stack), frame)) return stack;
    }
    return this.#writer.call(stack, shown);
  }

  /** Whether a frame that is shown is of the same function as a native frame. */
  #isOf(shown: number, frame: number): boolean {
    const native = shown - this.#firstNativeFrame;
    return native >= 0 && this.#nativeFunction[native] === this.#nativeFunction[frame];
  }

  /** Frames of each segment, innermost first; the innermost segment first. */
  #segments(stack: number): number[][] {
    const segments: number[][] = [];
    let open: number[] = [];
    for (let at = stack; at >= 0; at = this.#python.parent[at]!) {
      const frame = this.#python.frame[at]!;
      open.push(frame);
      if ((this.#pythonFlags[frame]! & FrameFlag.FRAME_ENTRY) === 0) continue;
      segments.push(open);
      open = [];
    }
    if (open.length > 0) segments.push(open);
    return segments;
  }
}

/** Frames of a stack, innermost first. */
function path({ parent, frame }: StackTable, stack: number): number[] {
  const frames: number[] = [];
  for (let at = stack; at >= 0; at = parent[at]!) frames.push(frame[at]!);
  return frames;
}

/** Python frames, and behind them the native ones, whose functions stand behind the Python ones. */
function joinFrames(python: FrameTable, native: FrameTable, firstFunction: number): FrameTable {
  const length = python.length + native.length;
  const table = {
    length,
    function: new Int32Array(length),
    line: new Int32Array(length),
    column: new Int32Array(length),
    flags: new Uint8Array(length),
    address: new Int32Array(length),
  };
  for (const column of ["line", "column", "address"] as const) {
    table[column].set(python[column]);
    table[column].set(native[column], python.length);
  }
  table.function.set(python.function);
  table.function.set(
    native.function.map((index) => index + firstFunction),
    python.length,
  );
  // The flags of native frames mean other things.
  table.flags.set(python.flags);
  return table;
}
