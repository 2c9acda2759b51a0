// SPDX-License-Identifier: MIT
import type { Profile } from "../model/profile.ts";
import type { Selection, Totals } from "../select/selection.ts";
import { addTotals, emptyTotals } from "../select/totals.ts";
import { accountForThreads } from "../threads/thread-account.ts";
import { parentProcesses } from "./parent-processes.ts";

/** What a process did with its time, of a selection: the sum of its threads. Nanoseconds. */
export interface ProcessAccount {
  /** Index in `profile.processes`. */
  readonly process: number;
  /** Processes above it that were recorded too: 0 for one whose parent was not. */
  readonly depth: number;
  readonly totals: Totals;
  /** Threads that have a sample in the selection. */
  readonly threads: number;
  /** The first and the last moment at which a thread was seen; without any, those of the process. */
  readonly startNanos: number;
  readonly endNanos: number;
  readonly activeNanos: number;
  readonly gilNanos: number;
  readonly gilWaitNanos: number;
}

/** An account of every recorded process: children behind their parents, the busiest first. */
export function accountForProcesses(selection: Selection): ProcessAccount[] {
  const { profile } = selection;
  const accounts = profile.processes.map((_, process) => ({
    process,
    depth: 0,
    totals: emptyTotals(),
    threads: 0,
    startNanos: Number.POSITIVE_INFINITY,
    endNanos: Number.NEGATIVE_INFINITY,
    activeNanos: 0,
    gilNanos: 0,
    gilWaitNanos: 0,
  }));
  for (const one of accountForThreads(selection)) {
    const account = accounts[profile.threads[one.thread]!.process]!;
    account.threads++;
    addTotals(account.totals, one.totals);
    account.startNanos = Math.min(account.startNanos, one.startNanos);
    account.endNanos = Math.max(account.endNanos, one.endNanos);
    account.activeNanos += one.activeNanos;
    account.gilNanos += one.gilNanos;
    account.gilWaitNanos += one.gilWaitNanos;
  }
  for (const account of accounts) {
    if (account.threads > 0) continue;
    const { start, exit } = profile.processes[account.process]!;
    account.startNanos = start?.timeNanos ?? exit?.timeNanos ?? 0;
    account.endNanos = exit?.timeNanos ?? account.startNanos;
  }
  return inFamilies(profile, accounts);
}

type OpenAccount = { -readonly [K in keyof ProcessAccount]: ProcessAccount[K] };

/** Depth first, so that a list can be read as a tree. */
function inFamilies({ processes }: Profile, accounts: readonly OpenAccount[]): ProcessAccount[] {
  const parents = parentProcesses(processes);
  const children = new Map<number, OpenAccount[]>();
  const roots: OpenAccount[] = [];
  for (const account of accounts) {
    const parent = parents[account.process]!;
    const siblings = parent < 0 ? roots : (children.get(parent) ?? []);
    siblings.push(account);
    if (parent >= 0) children.set(parent, siblings);
  }
  const ordered: ProcessAccount[] = [];
  const pending = busiestLast(roots);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    ordered.push(next);
    const below = busiestLast(children.get(next.process) ?? []);
    for (const child of below) child.depth = next.depth + 1;
    pending.push(...below);
  }
  return ordered;
}

function busiestLast(siblings: readonly OpenAccount[]): OpenAccount[] {
  return [...siblings].sort((a, b) => a.activeNanos - b.activeNanos || b.process - a.process);
}
