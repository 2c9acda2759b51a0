// SPDX-License-Identifier: MIT

import {
  holdsGil,
  isIdle,
  type LockWait,
  lockWaits,
  type MomentOfThreads,
  type Profile,
  type ThreadMoment,
  variablesAt,
  waitsForGil,
} from "@pyspy/analyze";
import { codeCells, codeText } from "../document/code-cells.ts";
import { type Section, textSection } from "../document/document.ts";
import { functionLabels, stackJson } from "../document/function-label.ts";
import type { Json } from "../document/json.ts";
import { threadJson, threadNames } from "../document/thread-names.ts";
import { processTitle } from "../heading/recorded-title.ts";
import { formatDuration } from "../text/format-duration.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import { variableJson, variableLine } from "./variable-text.ts";

const LONGEST_COMMAND = 200;

/** How a moment is told. */
export interface MomentOptions {
  /** For how long a thread's stack has been and will be the same: a recording knows it. */
  readonly durations: boolean;
}

/** A moment in words: the threads of each process, and those that wait for locks together. */
export function momentSections(
  profile: Profile,
  moment: MomentOfThreads,
  options: MomentOptions,
): Section[] {
  const { threads } = moment;
  if (threads.length === 0) return [textSection("Threads", "None are selected.")];
  const words = new MomentWords(profile, moment, options);
  const waits = lockWaits(profile, threads);
  const sections: Section[] = [];
  const several = new Set(threads.map(({ thread }) => profile.threads[thread]!.process)).size > 1;
  let process: number | undefined;
  for (const thread of threads) {
    const of = profile.threads[thread.thread]!.process;
    if (several && of !== process) sections.push(textSection(processHeading(profile, of)));
    process = of;
    sections.push(words.thread(thread, waits));
  }
  return [...sections, ...words.lockSections(waits)];
}

/** The same for programs. */
export function momentJson(
  profile: Profile,
  { atNanos, threads }: MomentOfThreads,
): { readonly [name: string]: Json } {
  const waits = lockWaits(profile, threads);
  return {
    atNanos: Math.round(atNanos),
    threads: threads.map((moment) => ({
      ...threadMomentJson(profile, moment, threads, waits),
      ...variablesJson(profile, moment, atNanos),
    })),
  };
}

/** "Process 12: python app.py (CPython 3.11.9)". */
export function processHeading({ processes }: Profile, index: number): string {
  const process = processes[index]!;
  const { pid, python } = process;
  const version = python === undefined ? "" : ` (${python.implementation} ${python.version})`;
  return visibleExcerpt(`Process ${pid}: ${processTitle(process)}${version}`, LONGEST_COMMAND);
}

class MomentWords {
  readonly #profile: Profile;
  readonly #threads: readonly ThreadMoment[];
  readonly #atNanos: number;
  readonly #options: MomentOptions;
  readonly #nameOf: (thread: number) => string;
  readonly #frame: (stack: number) => string;

  constructor(profile: Profile, { threads, atNanos }: MomentOfThreads, options: MomentOptions) {
    this.#profile = profile;
    this.#threads = threads;
    this.#atNanos = atNanos;
    this.#options = options;
    this.#nameOf = threadNames(profile);
    const labels = functionLabels(profile);
    const cell = codeCells(labels);
    this.#frame = (stack) => {
      const frame = profile.stacks.frame[stack]!;
      const label = labels[profile.frames.function[frame]!]!;
      return codeText(cell({ ...label, line: profile.frames.line[frame]! }));
    };
  }

  thread(moment: ThreadMoment, waits: readonly LockWait[]): Section {
    const title = `Thread ${this.#id(moment)} (${this.#state(moment, waits)}): ${this.#nameOf(moment.thread)}`;
    if (moment.run === undefined) return textSection(title);
    const { stacks, samples } = this.#profile;
    const lines: string[] = [];
    const stack = samples.stack[moment.run]!;
    const { thread } = moment;
    const variables = variablesAt(this.#profile, { thread, stack, atNanos: this.#atNanos });
    for (let at = stack; at >= 0; at = stacks.parent[at]!) {
      lines.push(this.#frame(at), ...(variables.get(at) ?? []).map(variableLine));
    }
    return { title, lines: lines.length > 0 ? lines : ["no Python stack"] };
  }

  /** Those that wait for each other would be among these. */
  lockSections(waits: readonly LockWait[]): Section[] {
    const processOf = ({ moment }: LockWait): number =>
      this.#profile.threads[moment.thread]!.process;
    const locks = waits.filter(({ kind }) => kind === "lock");
    return [...new Set(locks.map(processOf))].flatMap((process) => {
      const group = locks.filter((wait) => processOf(wait) === process);
      if (group.length < 2) return [];
      const { pid } = this.#profile.processes[process]!;
      const lines = group.map(
        ({ moment, stack }) =>
          `${this.#nameOf(moment.thread)} (${this.#id(moment)}) in ${this.#frame(stack)}`,
      );
      const advice = "If it stays so (--count 5), they may wait for each other: a deadlock.";
      return [
        textSection(`${group.length} threads of process ${pid} wait for locks`, ...lines, advice),
      ];
    });
  }

  #id({ thread }: ThreadMoment): string {
    const { tid } = this.#profile.threads[thread]!;
    return tid === 0n ? "?" : String(tid);
  }

  /** "idle, waits for a lock", "active, holds the GIL". */
  #state(moment: ThreadMoment, waits: readonly LockWait[]): string {
    const { run, sinceNanos, untilNanos } = moment;
    if (run === undefined) return "not seen at that moment";
    const { samples } = this.#profile;
    const words = [isIdle(samples, run) ? "idle" : "active"];
    if (holdsGil(samples, run)) words.push("holds the GIL");
    if (waitsForGil(samples, run)) {
      const holder = gilHolder(this.#profile, moment, this.#threads);
      const whose = holder && `, which ${this.#nameOf(holder.thread)} (${this.#id(holder)}) holds`;
      words.push(`waits for the GIL${whose ?? ""}`);
    }
    const wait = waits.find((each) => each.moment === moment);
    if (wait !== undefined) words.push(WAIT_WORDS[wait.kind]);
    if (this.#options.durations) {
      words.push(`unchanged for ${formatDuration(sinceNanos + untilNanos)}`);
    }
    return words.join(", ");
  }
}

const WAIT_WORDS: Readonly<Record<LockWait["kind"], string>> = {
  lock: "waits for a lock",
  signal: "waits for another thread",
};

/** Who holds the GIL that a thread waits for. */
function gilHolder(
  { threads, samples }: Profile,
  { thread }: ThreadMoment,
  moments: readonly ThreadMoment[],
): ThreadMoment | undefined {
  const { process, interpreterId } = threads[thread]!;
  const holders = moments.filter(
    (one) =>
      one.run !== undefined &&
      threads[one.thread]!.process === process &&
      holdsGil(samples, one.run),
  );
  // Interpreters may have a GIL each, or share that of the first.
  return holders.find((one) => threads[one.thread]!.interpreterId === interpreterId) ?? holders[0];
}

function threadMomentJson(
  profile: Profile,
  moment: ThreadMoment,
  moments: readonly ThreadMoment[],
  waits: readonly LockWait[],
): { readonly [name: string]: Json } {
  const { thread, run, sinceNanos, untilNanos } = moment;
  const who = threadJson(profile, thread);
  if (run === undefined) return { thread: who, seen: false };
  const { samples } = profile;
  const waiting = waitsForGil(samples, run);
  const holder = waiting ? gilHolder(profile, moment, moments) : undefined;
  return {
    thread: who,
    main: profile.threads[thread]!.main,
    seen: true,
    idle: isIdle(samples, run),
    holdsGil: holdsGil(samples, run),
    waitsForGil: waiting,
    gilHolder: holder === undefined ? null : threadJson(profile, holder.thread),
    waitsForLock: waits.find((each) => each.moment === moment)?.kind ?? null,
    sinceNanos: Math.round(sinceNanos),
    untilNanos: Math.round(untilNanos),
    stack: stackJson(profile, samples.stack[run]!),
  };
}

/** Of each frame of the stack (outermost first) its variables; nothing where none were recorded. */
function variablesJson(
  profile: Profile,
  { thread, run }: ThreadMoment,
  atNanos: number,
): { readonly variables?: Json } {
  if (run === undefined || profile.variables.length === 0) return {};
  const stack = profile.samples.stack[run]!;
  const found = variablesAt(profile, { thread, stack, atNanos });
  const frames: Json[] = [];
  for (let at = stack; at >= 0; at = profile.stacks.parent[at]!) {
    frames.push((found.get(at) ?? []).map(variableJson));
  }
  return { variables: frames.reverse() };
}
