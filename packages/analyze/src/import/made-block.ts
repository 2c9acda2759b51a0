// SPDX-License-Identifier: MIT
import { create } from "@bufbuild/protobuf";
import { RunFlag, type SampleBlock, SampleBlockSchema, WeightSchema } from "@pyspy/schemas";

/** What a run weighs where no ticks say it. */
export interface MadeWeight {
  readonly samples: number;
  readonly wallNanos: number;
  readonly cpuNanos: number;
}

/** In the order of the types that the header names. */
const MEASURES = ["samples", "wallNanos", "cpuNanos"] as const;

/** Consecutive ticks at which an owner was seen alike. Ids are those of the chunk. */
interface MadeRun {
  readonly tick: number;
  length: number;
  readonly stack: number;
  readonly state: number;
  weight: MadeWeight | undefined;
}

/** Of one run. */
const MOST_SAMPLES = 2 ** 32 - 1;

function added(a: MadeWeight, b: MadeWeight): MadeWeight {
  return {
    samples: a.samples + b.samples,
    wallNanos: a.wallNanos + b.wallNanos,
    cpuNanos: a.cpuNanos + b.cpuNanos,
  };
}

/** Puts the one block of samples of a chunk together. */
export class MadeBlock {
  readonly #tickNanos: number[] = [];
  readonly #runs = new Map<number, MadeRun[]>();
  #length = 0;

  /** Runs so far. */
  get length(): number {
    return this.#length;
  }

  get ticks(): number {
    return this.#tickNanos.length;
  }

  /** Begins a tick; ticks come in the order of time. */
  tick(nanos: number): void {
    this.#tickNanos.push(nanos);
  }

  /** Adds what was seen of an owner at the last tick; at most once a tick. */
  observe(owner: number, stack: number, state: number): void {
    const runs = this.#runsOf(owner);
    const last = runs.at(-1);
    const tick = this.#tickNanos.length - 1;
    const follows = last !== undefined && last.tick + last.length === tick;
    if (follows && last.stack === stack && last.state === state) last.length++;
    else this.#add(runs, { tick, length: 1, stack, state, weight: undefined });
  }

  /** Whether the owner was seen at the last tick. */
  isSeen(owner: number): boolean {
    const last = this.#runs.get(owner)?.at(-1);
    return last !== undefined && last.tick + last.length === this.#tickNanos.length;
  }

  /** Adds a run that has its own weight, and no time. */
  weigh(owner: number, stack: number, state: number, weight: MadeWeight): void {
    const runs = this.#runsOf(owner);
    const last = runs.at(-1);
    // As speedscope does: what is told several times in a row is one.
    if (last?.weight !== undefined && last.stack === stack && last.state === state) {
      const sum = added(last.weight, weight);
      if (sum.samples <= MOST_SAMPLES) {
        last.weight = sum;
        return;
      }
    }
    this.#add(runs, { tick: runs.length, length: 1, stack, state, weight });
  }

  finish(tickUnitNanos: number, startNanos: number): SampleBlock {
    const block = create(SampleBlockSchema, { startNanos: BigInt(startNanos) });
    this.#writeTicks(block, tickUnitNanos, startNanos);
    const weights: MadeWeight[] = [];
    let [lastOwner, lastStack, lastState] = [0, 0, 0];
    for (const [owner, runs] of this.#runs) {
      let end = 0;
      for (const { tick, length, stack, state, weight } of runs) {
        let flags = 0;
        if (owner !== lastOwner) {
          flags |= RunFlag.RUN_OWNER;
          block.owner.push(owner - lastOwner);
        }
        if (stack !== lastStack) {
          flags |= RunFlag.RUN_PYTHON_STACK;
          block.pythonStack.push(stack - lastStack);
        }
        if (state !== lastState) {
          flags |= RunFlag.RUN_STATE;
          block.state.push(state);
        }
        if (tick > end) {
          flags |= RunFlag.RUN_GAP;
          block.gap.push(tick - end);
        }
        block.run.push((length - 1) * 64 + flags);
        if (weight !== undefined) weights.push(weight);
        end = tick + length;
        [lastOwner, lastStack, lastState] = [owner, stack, state];
      }
    }
    if (weights.length > 0) {
      MEASURES.forEach((measure, type) => {
        const value = weights.map((weight) => BigInt(weight[measure]));
        block.weight.push(create(WeightSchema, { type, value }));
      });
    }
    return block;
  }

  /** Times are whole units; what has no times has a tick for each run of its longest owner. */
  #writeTicks(block: SampleBlock, tickUnitNanos: number, startNanos: number): void {
    const count = Math.max(
      this.#tickNanos.length,
      ...[...this.#runs.values()].map((runs) => (runs[0]?.weight === undefined ? 0 : runs.length)),
    );
    let last = startNanos;
    for (let tick = 0; tick < count; tick++) {
      const nanos = this.#tickNanos[tick] ?? last;
      block.tickDelta.push((nanos - last) / tickUnitNanos);
      last = nanos;
    }
  }

  #runsOf(owner: number): MadeRun[] {
    const known = this.#runs.get(owner);
    if (known !== undefined) return known;
    const runs: MadeRun[] = [];
    this.#runs.set(owner, runs);
    return runs;
  }

  #add(runs: MadeRun[], run: MadeRun): void {
    runs.push(run);
    this.#length++;
  }
}
