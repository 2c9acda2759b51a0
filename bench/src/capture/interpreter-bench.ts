// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Interpreter } from "@pyspy/test/support/interpreters";
import { FLAT_OUT_HERTZ, type Peer } from "../peers/peer.ts";
import { DeepTarget } from "../processes/deep-target.ts";
import { moveTo, type Placement } from "../processes/placement.ts";
import { RunningPeer } from "../processes/running-peer.ts";
import { shuffled } from "../statistics/shuffled.ts";
import type { CaptureBenchOptions } from "./capture-bench.ts";
import { type Cost, measureCost } from "./cost.ts";
import {
  renderCosts,
  renderEndurance,
  renderSlowdowns,
  renderStarts,
  renderThreads,
} from "./render.ts";
import { measureSlowdowns, type Treatment } from "./slowdown.ts";
import { measureStartNanos } from "./start-latency.ts";
import { measureThreads } from "./threads.ts";

const COST_SECONDS = 2;
const STARTS = 50;
const TRIAL_MS = 300;
/** Of the time for paired windows; 150 s of it give, as fast as it goes, the ticks of an hour at 1000 Hz. */
const ENDURANCE_SHARE = 0.5;
/** Loops at the end of each call of the target: some 20 µs of work, and none. */
const WORK = 1000;
const NO_WORK = 0;
/** Of the time for paired windows: what each setting gets. */
const SHARES = { spareCore: 0.5, sharedCore: 0.25, noWork: 0.25 };

/** Measures the recorders on one interpreter. */
export class InterpreterBench {
  readonly #python: Interpreter;
  readonly #placement: Placement;
  readonly #seconds: number;
  readonly #say: (text: string) => void;
  #peers: readonly Peer[];

  constructor(
    python: Interpreter,
    peers: readonly Peer[],
    placement: Placement,
    { slowdownSeconds, progress }: CaptureBenchOptions,
  ) {
    this.#python = python;
    this.#peers = peers;
    this.#placement = placement;
    this.#seconds = slowdownSeconds;
    this.#say = (text) => progress(`CPython ${python.version}: ${text}`);
  }

  /** Returns Markdown. */
  async run(): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "pyspy-bench-"));
    try {
      const working = await this.#withTarget(WORK, folder, (target) =>
        this.#benchWorking(target, folder),
      );
      const restless = await this.#withTarget(NO_WORK, folder, (target) =>
        this.#slowdowns("The target does nothing at the end of its calls", {
          target,
          treatments: this.#plainTreatments(),
          share: SHARES.noWork,
          folder,
        }),
      );
      this.#say("threads");
      const cpu = this.#placement.target;
      const threads = await measureThreads(this.#python, this.#peers, cpu, folder);
      const heading = `### CPython ${this.#python.version}`;
      return [heading, ...working, ...restless, renderThreads(threads)].join("\n\n");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async #benchWorking(target: DeepTarget, folder: string): Promise<string[]> {
    const unable = await this.#sortOut(target.pid, folder);
    const costs = await this.#costs(target.pid, folder);
    this.#say(`${STARTS} starts`);
    const starts = await measureStartNanos(target.pid, STARTS, folder);
    const spareCore = await this.#slowdowns("The recorder has a CPU of its own", {
      target,
      treatments: this.#peers.flatMap((peer) =>
        peer.slowdownHertz.map((hertz) => ({ peer, hertz })),
      ),
      share: SHARES.spareCore,
      folder,
    });
    const sharedCore = await this.#onTargetsCpu(() =>
      this.#slowdowns("The recorder shares the target's CPU", {
        target,
        treatments: this.#plainTreatments(),
        share: SHARES.sharedCore,
        folder,
      }),
    );
    const endurance = await this.#endurance(target.pid, folder);
    const costTexts = [renderCosts(costs), ...endurance, renderStarts(starts)];
    return [...unable, ...costTexts, ...spareCore, ...sharedCore];
  }

  async #costs(pid: number, folder: string): Promise<Cost[]> {
    const peers = this.#peers;
    const costs: Cost[] = [];
    const runs = peers.flatMap((peer) => peer.costHertz.map((hertz) => ({ peer, hertz })));
    for (const { peer, hertz } of shuffled(runs)) {
      this.#say(`${peer.name} at ${hertz} Hz`);
      costs.push(await measureCost(peer, pid, hertz, COST_SECONDS, folder));
    }
    return costs.sort(
      (a, b) => peers.indexOf(a.peer) - peers.indexOf(b.peer) || a.askedHertz - b.askedHertz,
    );
  }

  async #endurance(pid: number, folder: string): Promise<string[]> {
    const ours = this.#peers[0];
    if (ours === undefined) return [];
    const seconds = this.#seconds * ENDURANCE_SHARE;
    this.#say(`${ours.name}, ${seconds} s flat out`);
    const cost = await measureCost(ours, pid, FLAT_OUT_HERTZ, seconds, folder);
    return [renderEndurance(cost)];
  }

  async #slowdowns(
    title: string,
    {
      target,
      treatments,
      share,
      folder,
    }: { target: DeepTarget; treatments: readonly Treatment[]; share: number; folder: string },
  ): Promise<string[]> {
    this.#say(`paired windows. ${title}`);
    const seconds = this.#seconds * share;
    const slowdowns = await measureSlowdowns(treatments, target, seconds, folder);
    return [`${title}:`, renderSlowdowns(slowdowns)];
  }

  /** Each recorder as it is by default, at ordinary rates. */
  #plainTreatments(): Treatment[] {
    const plain = this.#peers.filter((peer) => peer.threadsHertz.length > 0);
    return plain.flatMap((peer) => [100, 1000].map((hertz) => ({ peer, hertz })));
  }

  async #onTargetsCpu(measure: () => Promise<string[]>): Promise<string[]> {
    const { target, recorder } = this.#placement;
    if (target === "" || !moveTo(target)) return [];
    try {
      return await measure();
    } finally {
      moveTo(recorder);
    }
  }

  async #withTarget(
    loops: number,
    folder: string,
    measure: (target: DeepTarget) => Promise<string[]>,
  ): Promise<string[]> {
    const target = await DeepTarget.start(this.#python, loops, this.#placement.target, folder);
    try {
      return await measure(target);
    } finally {
      await target.stop();
    }
  }

  /** Keeps the peers that can record this interpreter. Returns a sentence for each that cannot. */
  async #sortOut(pid: number, folder: string): Promise<string[]> {
    const able: Peer[] = [];
    const unable: string[] = [];
    for (const peer of this.#peers) {
      try {
        const trial = await RunningPeer.start(peer, pid, 100, join(folder, "trial"));
        await sleep(TRIAL_MS);
        await trial.stop();
        trial.recording();
        able.push(peer);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        unable.push(`${peer.name} does not record it: ${reason}`);
      }
    }
    this.#peers = able;
    return unable;
  }
}
