// SPDX-License-Identifier: MIT
import { type Snapshot, type Variable, VariableKind } from "@pyspy/schemas";
import type { LocalVariable, ThreadVariables } from "../model/variables.ts";
import { check } from "./malformed.ts";

/** Of one chunk; a dump has one a thread. */
export const MAX_SNAPSHOTS: number = 1 << 16;

/** @throws Malformed for a snapshot of no owner of its chunk. */
export function checkSnapshot({ timeNanos, owner }: Snapshot, ownerCount: number): void {
  check(timeNanos <= Number.MAX_SAFE_INTEGER, "a snapshot later than 104 days");
  check(owner > 0 && owner <= ownerCount, `a snapshot of owner ${owner}`);
}

/** Its variables; `undefined`: its owner is no thread. */
export function threadVariables(
  { timeNanos, owner, frame }: Snapshot,
  threads: Int32Array,
): ThreadVariables | undefined {
  const thread = threads[owner]!;
  if (thread < 0) return undefined;
  const frames = frame.map(({ depth, variable }) => ({ depth, variables: variable.map(local) }));
  return { thread, timeNanos: Number(timeNanos), frames };
}

function local({ name, kind, typeName, value, truncated }: Variable): LocalVariable {
  return { name, kind: kindOf(kind), typeName, value: value === "" ? undefined : value, truncated };
}

function kindOf(kind: VariableKind): LocalVariable["kind"] {
  if (kind === VariableKind.VARIABLE_ARGUMENT) return "argument";
  return kind === VariableKind.VARIABLE_CELL ? "cell" : "local";
}
