// SPDX-License-Identifier: MIT
//
// What the programs of samples/ say of their stacks, as rules that a recorded stack keeps or breaks.

import type { Profile } from "@pyspy/analyze";
import { StateFlag } from "@pyspy/schemas";

/** A frame as a rule sees it. */
export interface TruthFrame {
  readonly name: string;
  readonly file: string;
  /** 1-based; 0: unknown. */
  readonly line: number;
}

/** What is impossible about a stack, outermost frame first; `undefined`: nothing. */
export type StackRule = (stack: readonly TruthFrame[]) => string | undefined;

/** Of observations, not runs. */
export interface StackVerdict {
  readonly samples: number;
  /** Flagged as unstable: only the part of the stack at the root is there. */
  readonly unstable: number;
  /** Nothing could be read. */
  readonly failed: number;
  /** Read, said to be whole, and without any frame. */
  readonly empty: number;
  /** Not flagged as unstable, and with a stack that cannot have been. */
  readonly impossible: number;
  /** Those of them that were read while the thread was stopped. */
  readonly impossibleStopped: number;
  /** Flagged as unstable, and what is there cannot have been either. */
  readonly impossibleUnstable: number;
  /** What was impossible, with how often, the most frequent first; of those not flagged. */
  readonly reasons: ReadonlyMap<string, number>;
}

/** Judges every observation of a profile by a rule. */
export function judgeStacks(profile: Profile, rule: StackRule): StackVerdict {
  const { samples } = profile;
  const judged = new Map<number, string | undefined>();
  const counts = {
    samples: 0,
    unstable: 0,
    failed: 0,
    empty: 0,
    impossible: 0,
    impossibleStopped: 0,
    impossibleUnstable: 0,
  };
  const reasons = new Map<string, number>();
  for (let run = 0; run < samples.length; run++) {
    const ticks = samples.ticks[run]!;
    const flags = samples.flags[run]!;
    const stack = samples.stack[run]!;
    counts.samples += ticks;
    if ((flags & StateFlag.STATE_STACK_KNOWN) === 0) {
      counts.failed += ticks;
      continue;
    }
    if (!judged.has(stack)) judged.set(stack, rule(framesOf(profile, stack)));
    const reason = judged.get(stack);
    if ((flags & StateFlag.STATE_UNSTABLE) !== 0) {
      counts.unstable += ticks;
      if (stack >= 0 && reason !== undefined) counts.impossibleUnstable += ticks;
    } else if (stack < 0) {
      counts.empty += ticks;
    } else if (reason !== undefined) {
      counts.impossible += ticks;
      if ((flags & StateFlag.STATE_STOPPED) !== 0) counts.impossibleStopped += ticks;
      reasons.set(reason, (reasons.get(reason) ?? 0) + ticks);
    }
  }
  const byCount = [...reasons].sort(([, a], [, b]) => b - a);
  return { ...counts, reasons: new Map(byCount) };
}

function framesOf(profile: Profile, stack: number): TruthFrame[] {
  const { stacks, frames, functions } = profile;
  const result: TruthFrame[] = [];
  for (let at = stack; at >= 0; at = stacks.parent[at]!) {
    const frame = stacks.frame[at]!;
    const { name, file } = functions[frames.function[frame]!]!;
    result.push({ name, file, line: frames.line[frame]! });
  }
  return result.reverse();
}

/** The manifest of generators.py, coroutines.py and recursion.py. */
export interface CallersManifest {
  /** Of each function below main() the functions that call it. */
  readonly callers: Readonly<Record<string, readonly string[]>>;
  /** First and last line of each. */
  readonly lines: Readonly<Record<string, readonly [number, number]>>;
  /** The most frames below main(). */
  readonly depth: number;
}

/** Each function has one of its callers above it. What main() calls beside these is not looked at. */
export function callersRule({ callers, lines, depth }: CallersManifest): StackRule {
  return (stack) => {
    if (stack[0]?.name !== "<module>") return `begins with ${stack[0]?.name}`;
    if (stack.length > 1 && stack[1]!.name !== "main") return `<module> > ${stack[1]!.name}`;
    for (let at = 2; at < stack.length; at++) {
      const [caller, { name, line }] = [stack[at - 1]!.name, stack[at]!];
      const allowed = callers[name];
      if (allowed === undefined && caller === "main") return undefined;
      if (!allowed?.includes(caller)) return `${caller} > ${name}`;
      // An instruction that the interpreter adds may have none.
      const [first, last] = lines[name] ?? [1, Number.POSITIVE_INFINITY];
      if (line !== 0 && (line < first || line > last)) return `${name} at line ${line}`;
    }
    return stack.length - 2 > depth ? `${stack.length - 2} frames below main` : undefined;
  };
}

/** The manifest of flutter.py: chains of functions named by their family and a number. */
export interface ChainsManifest {
  readonly chains: readonly string[];
  readonly depth: number;
}

export function chainsRule({ chains, depth }: ChainsManifest): StackRule {
  const callers: Record<string, string[]> = {};
  const lines: Record<string, [number, number]> = {};
  for (const [family, chain] of chains.entries()) {
    for (let number = 0; number < depth; number++) {
      callers[chain + number] = [number === 0 ? "main" : chain + (number - 1)];
      // Three lines of source a function, the last of them empty.
      const first = 3 * (family * depth + number) + 1;
      lines[chain + number] = [first, first + 1];
    }
  }
  return callersRule({ callers, lines, depth });
}

/** The manifest of address_reuse.py; "{}" stands for a text's number. */
export interface TextsManifest {
  readonly function: string;
  readonly file: string;
  readonly moduleLines: readonly [number, number];
  readonly functionLines: readonly [number, number];
}

/** All that is below run() belongs to one text, in its place and on its lines. */
export function textsRule(manifest: TextsManifest): StackRule {
  const pattern = new RegExp(`^${manifest.file.replace("{}", "(\\d+)")}$`);
  const numberIn = (file: string): string | undefined => pattern.exec(file)?.[1];
  // An instruction that the interpreter adds may have none.
  const within = (line: number, [first, last]: readonly [number, number]): boolean =>
    line === 0 || (line >= first && line <= last);
  return (stack) => {
    const at = stack.findIndex(({ file }) => numberIn(file) !== undefined);
    const isText = ({ name }: TruthFrame): boolean =>
      name.startsWith(manifest.function.replace("{}", ""));
    if (at < 0) return stack.some(isText) ? "a function of a text in another file" : undefined;
    const above = stack.slice(0, at).map(({ name }) => name);
    if (above.join(" ") !== "<module> main run") return `below ${above.join(" ")}`;
    const [module, called, ...more] = stack.slice(at);
    const number = numberIn(module!.file)!;
    if (module!.name !== "<module>") return "a function where the module should be";
    if (!within(module!.line, manifest.moduleLines)) return "a line that the module has not";
    if (called === undefined) return undefined;
    if (called.file !== module!.file) return "two texts";
    if (called.name !== manifest.function.replace("{}", number)) return "another text's function";
    if (!within(called.line, manifest.functionLines)) return "a line that the function has not";
    return more.length > 0 ? "a call that no text makes" : undefined;
  };
}
