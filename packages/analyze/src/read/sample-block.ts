// SPDX-License-Identifier: MIT
import { type columns, RunFlag } from "@pyspy/schemas";
import type { ChunkTables } from "./chunk-tables.ts";
import { check, malformed } from "./malformed.ts";
import { type OwnWeightTypes, readOwnWeights } from "./own-weights.ts";
import type { StagedRuns } from "./staged-runs.ts";
import { unzigzag, VarintColumn } from "./varint.ts";

const RUN_FLAG_BITS = 6;
const RUN_FLAG_MASK = (1 << RUN_FLAG_BITS) - 1;

/** What holds for all blocks of a chunk. */
export interface BlockContext {
  readonly tables: ChunkTables;
  readonly tickUnitNanos: number;
  /** See `tickLimitNanos`. */
  readonly limitNanos: number;
  /** `undefined`: ticks say what runs weigh. */
  readonly ownWeights: OwnWeightTypes | undefined;
}

/** Decodes sample blocks; keeps its buffers from block to block. */
export class SampleBlockDecoder {
  readonly #tickDelta = new VarintColumn();
  readonly #run = new VarintColumn();
  readonly #owner = new VarintColumn();
  readonly #stack = new VarintColumn();
  readonly #native = new VarintColumn();
  readonly #state = new VarintColumn();
  readonly #cpu = new VarintColumn();
  readonly #gap = new VarintColumn();
  #tickNanos = new Float64Array(0);
  /** Entry t: what ticks 0 to t - 1 stand for, added up. The last tick counts 0 here. */
  #weightBefore = new Float64Array(0);
  /** Entry o: the last block in which owner o had runs. */
  #seenIn = new Int32Array(0);
  #block = 0;

  /**
   * Adds the runs of a block.
   *
   * @throws Malformed when the block breaks a rule; `runs` is then as it was.
   */
  decode(block: columns.SampleBlock, context: BlockContext, runs: StagedRuns): void {
    this.#tickDelta.read(block.tickDelta);
    this.#run.read(block.run);
    this.#owner.read(block.owner);
    this.#stack.read(block.pythonStack);
    this.#native.read(block.nativeStack);
    this.#state.read(block.state);
    this.#cpu.read(block.cpu);
    this.#gap.read(block.gap);

    const tickCount = this.#tickDelta.length;
    check(tickCount > 0 || this.#run.length === 0, "runs in a block without ticks");
    if (tickCount === 0) return;
    const unobserved = this.#readTicks(Number(block.startNanos), context);
    const firstTick = this.#tickNanos[0]!;
    const lastTickBefore = runs.lastTickNanos;
    check(
      lastTickBefore === undefined || firstTick >= lastTickBefore,
      "a block begins before the last tick of the block before",
    );
    const length = this.#readRuns(tickCount, context, runs);

    runs.closeLastTick(firstTick, context.limitNanos);
    runs.unobservedNanos += unobserved;
    const weights = context.ownWeights;
    if (weights !== undefined) readOwnWeights(block, weights, runs, length);
    for (let i = runs.length; i < length; i++) {
      if (weights !== undefined) {
        runs.startNanos[i] = 0;
        continue;
      }
      const endsAt = runs.wallNanos[i]!;
      const startsAt = runs.startNanos[i]!;
      runs.wallNanos[i] = this.#weightBefore[endsAt]! - this.#weightBefore[startsAt]!;
      runs.startNanos[i] = this.#tickNanos[startsAt]!;
      if (endsAt === tickCount) runs.open.push(i);
    }
    for (let tick = 0; tick < tickCount; tick++) {
      const weight = this.#weightBefore[tick + 1]! - this.#weightBefore[tick]!;
      runs.ticksSeen.push(this.#tickNanos[tick]!, weight);
    }
    runs.length = length;
    runs.firstTickNanos ??= firstTick;
    runs.lastTickNanos = this.#tickNanos[tickCount - 1]!;
  }

  /** Times and weights of the ticks; returns the time within the block that nobody observed. */
  #readTicks(startNanos: number, context: BlockContext): number {
    const { values, length } = this.#tickDelta;
    check(values[0] === 0, "the first tick is not at the start of its block");
    if (this.#tickNanos.length <= length) {
      this.#tickNanos = new Float64Array(length * 2);
      this.#weightBefore = new Float64Array(length * 2);
    }
    const { tickUnitNanos, limitNanos } = context;
    let time = startNanos;
    let weight = 0;
    let unobserved = 0;
    for (let tick = 0; tick < length; tick++) {
      const elapsed = values[tick]! * tickUnitNanos;
      time += elapsed;
      if (elapsed > limitNanos) {
        unobserved += elapsed - limitNanos;
        weight += limitNanos;
      } else {
        weight += elapsed;
      }
      this.#tickNanos[tick] = time;
      this.#weightBefore[tick] = weight;
    }
    this.#weightBefore[length] = weight;
    check(time <= Number.MAX_SAFE_INTEGER, "a tick later than 104 days after the start");
    return unobserved;
  }

  /**
   * Writes the runs behind those that `runs` has; returns the index after the last. `startNanos`
   * and `wallNanos` hold indexes of ticks until the whole block is known to be good.
   */
  #readRuns(tickCount: number, context: BlockContext, runs: StagedRuns): number {
    const { tables, tickUnitNanos } = context;
    const ownerCount = tables.owners.length;
    const stackCount = tables.stackParent.length;
    const nativeCount = tables.native.stackParent.length;
    const stateCount = tables.states.length;
    if (this.#seenIn.length <= ownerCount) this.#seenIn = new Int32Array(ownerCount * 2 + 1);
    const seenIn = this.#seenIn;
    this.#block++;

    const count = this.#run.length;
    runs.reserve(count);
    const run = this.#run.values;
    const cpu = this.#cpu.values;
    const gap = this.#gap.values;
    let [ownerAt, stackAt, nativeAt, stateAt, cpuAt, gapAt] = [0, 0, 0, 0, 0, 0];
    let [owner, stack, native, state, tick] = [0, 0, 0, 0, 0];
    let at = runs.length;
    for (let i = 0; i < count; i++, at++) {
      const value = run[i]!;
      const flags = value & RUN_FLAG_MASK;
      const ticks = (value >>> RUN_FLAG_BITS) + 1;
      if (flags & RunFlag.RUN_OWNER) {
        owner += unzigzag(this.#owner.values[ownerAt++]!);
        if (owner <= 0 || owner > ownerCount) malformed(`a run of owner ${owner}`);
        if (seenIn[owner] === this.#block) malformed(`owner ${owner} in two places of a block`);
        seenIn[owner] = this.#block;
        tick = 0;
      }
      if (flags & RunFlag.RUN_PYTHON_STACK) {
        stack += unzigzag(this.#stack.values[stackAt++]!);
        if (stack < 0 || stack > stackCount) malformed(`a run of stack ${stack}`);
      }
      if (flags & RunFlag.RUN_NATIVE_STACK) {
        native += unzigzag(this.#native.values[nativeAt++]!);
        if (native < 0 || native > nativeCount) malformed(`a run of native stack ${native}`);
      }
      if (flags & RunFlag.RUN_STATE) {
        state = this.#state.values[stateAt++]!;
        if (state > stateCount) malformed(`a run of state ${state}`);
      }
      runs.cpuNanos[at] = flags & RunFlag.RUN_CPU ? cpu[cpuAt++]! * tickUnitNanos : 0;
      if (flags & RunFlag.RUN_GAP) tick += gap[gapAt++]!;
      if (owner === 0) malformed("a run without an owner");
      if (tick + ticks > tickCount) malformed("a run reaches beyond its block");
      runs.owner[at] = owner;
      runs.stack[at] = stack;
      runs.nativeStack[at] = native;
      runs.state[at] = state;
      runs.ticks[at] = ticks;
      runs.startNanos[at] = tick;
      tick += ticks;
      runs.wallNanos[at] = tick;
    }
    check(
      ownerAt === this.#owner.length &&
        stackAt === this.#stack.length &&
        nativeAt === this.#native.length &&
        stateAt === this.#state.length &&
        cpuAt === this.#cpu.length &&
        gapAt === this.#gap.length,
      "columns of a block differ from what its runs announce",
    );
    return at;
  }
}
