// SPDX-License-Identifier: MIT
import type { MessageInitShape } from "@bufbuild/protobuf";
import { RunFlag, type SampleBlockSchema } from "@pyspy/schemas";
import type { KeptRuns } from "./kept-runs.ts";

type BlockInit = Extract<MessageInitShape<typeof SampleBlockSchema>, { $typeName?: never }>;

/** Runs of a block, nearly: far below the limit of a record's bytes. */
const MOST_RUNS = 1 << 18;
const MOST_TICKS = 4096;
const LARGEST = 2 ** 32 - 1;

/** What the block needs of each run: ids of its chunk. */
export interface RunIds {
  owner(run: number): number;
  pythonStack(run: number): number;
  nativeStack(run: number): number;
  state(run: number): number;
}

/**
 * Runs as blocks of a chunk.
 *
 * @param tickNanos of the kept ticks, on the recording's own clock.
 */
export function* sampleBlocks(
  runs: KeptRuns,
  tickNanos: ArrayLike<number>,
  ids: RunIds,
  tickUnitNanos: number,
): Generator<BlockInit> {
  const perTick = Math.max(1, runs.threads.length);
  const length = Math.max(1, Math.min(MOST_TICKS, Math.floor(MOST_RUNS / perTick)));
  const next = runs.threads.map((_, at) => (at === 0 ? 0 : runs.threads[at - 1]!.end));
  for (let first = 0; first < tickNanos.length; first += length) {
    const end = Math.min(first + length, tickNanos.length);
    const block = new Block(ids, tickUnitNanos);
    runs.threads.forEach((thread, at) => {
      next[at] = block.addThread(runs, next[at]!, thread.end, first, end);
    });
    yield { ...ticksOf(tickNanos, first, end, tickUnitNanos), ...block.columns };
  }
}

function ticksOf(nanos: ArrayLike<number>, first: number, end: number, unit: number) {
  const start = Math.round(nanos[first]!);
  const tickDelta: number[] = [];
  let before = 0;
  for (let tick = first; tick < end; tick++) {
    // Rounded from the start, so that no error adds up.
    const at = Math.round((nanos[tick]! - start) / unit);
    tickDelta.push(Math.min(Math.max(at - before, 0), LARGEST));
    before = at;
  }
  return { startNanos: BigInt(Math.max(start, 0)), tickDelta };
}

/** The columns of one block, as the format has them: what is as in the run before takes nothing. */
class Block {
  readonly columns = {
    run: [] as number[],
    owner: [] as number[],
    pythonStack: [] as number[],
    nativeStack: [] as number[],
    state: [] as number[],
    cpu: [] as number[],
    gap: [] as number[],
  };
  readonly #ids: RunIds;
  readonly #unit: number;
  #before = { owner: 0, python: 0, native: 0, state: 0 };

  constructor(ids: RunIds, unit: number) {
    this.#ids = ids;
    this.#unit = unit;
  }

  /** Adds the part of a thread's runs that lies in the block; returns the first that goes on after it. */
  addThread(runs: KeptRuns, from: number, until: number, first: number, end: number): number {
    let at = from;
    let tick = first;
    for (; at < until && runs.first[at]! < end; at++) {
      const begin = Math.max(runs.first[at]!, first);
      const last = Math.min(runs.last[at]!, end - 1);
      const share = (last - begin + 1) / (runs.last[at]! - runs.first[at]! + 1);
      this.#add(runs.run[at]!, last - begin + 1, begin - tick, runs.cpuNanos[at]! * share);
      tick = last + 1;
      if (runs.last[at]! >= end) break;
    }
    return at;
  }

  #add(run: number, ticks: number, gap: number, cpuNanos: number): void {
    const { columns } = this;
    const now = {
      owner: this.#ids.owner(run),
      python: this.#ids.pythonStack(run),
      native: this.#ids.nativeStack(run),
      state: this.#ids.state(run),
    };
    const cpu = Math.min(Math.round(cpuNanos / this.#unit), LARGEST);
    let flags = 0;
    const tell = (flag: RunFlag, column: number[], value: number): void => {
      flags |= flag;
      column.push(value);
    };
    const before = this.#before;
    if (now.owner !== before.owner) {
      tell(RunFlag.RUN_OWNER, columns.owner, now.owner - before.owner);
    }
    if (now.python !== before.python) {
      tell(RunFlag.RUN_PYTHON_STACK, columns.pythonStack, now.python - before.python);
    }
    if (now.native !== before.native) {
      tell(RunFlag.RUN_NATIVE_STACK, columns.nativeStack, now.native - before.native);
    }
    if (now.state !== before.state) tell(RunFlag.RUN_STATE, columns.state, now.state);
    if (cpu > 0) tell(RunFlag.RUN_CPU, columns.cpu, cpu);
    if (gap > 0) tell(RunFlag.RUN_GAP, columns.gap, gap);
    columns.run.push((ticks - 1) * 64 + flags);
    this.#before = now;
  }
}
