// SPDX-License-Identifier: MIT
import { NativeFrameFlag } from "@pyspy/schemas";
import { hexadecimal } from "../bytes/hexadecimal.ts";
import type { NativeCodeBuilder } from "../model/native-code-builder.ts";
import { INLINED_IN_EVALUATION } from "../model/profile.ts";
import { cythonName } from "../native/cython-name.ts";
import { unnamedName } from "../native/native-role.ts";
import type { ChunkTables } from "./chunk-tables.ts";
import type { StagedRuns } from "./staged-runs.ts";

const NO_STACK = -1;
const { NATIVE_FRAME_HOSTS_PYTHON, NATIVE_FRAME_RETURN_ADDRESS } = NativeFrameFlag;

/** Entry n: native stack n of the chunk in the profile, where a run or a stack above it uses it. */
export function addNativeStacks(
  tables: ChunkTables,
  runs: StagedRuns,
  builder: NativeCodeBuilder,
): Int32Array {
  const { native } = tables;
  const count = native.stackParent.length;
  const parents = native.stackParent.values;
  const stacks = new Int32Array(count + 1).fill(NO_STACK);
  if (count === 0) return stacks;
  const used = new Uint8Array(count + 1);
  for (let run = 0; run < runs.length; run++) used[runs.nativeStack[run]!] = 1;
  // Parents have smaller ids, so that one pass down marks all, and one pass up finds them added.
  for (let id = count; id > 0; id--) if (used[id]) used[parents[id - 1]!] = 1;
  const frames: (readonly number[] | undefined)[] = [];
  for (let id = 1; id <= count; id++) {
    if (!used[id]) continue;
    const frame = native.stackFrame.values[id - 1]!;
    frames[frame] ??= addFrames(frame, tables, builder);
    let stack = stacks[parents[id - 1]!]!;
    for (const index of frames[frame]) stack = builder.stacks.stack(stack, index);
    stacks[id] = stack;
  }
  return stacks;
}

/** What one native frame shows, outermost first: itself, and the calls that were inlined in it. */
function addFrames(id: number, tables: ChunkTables, builder: NativeCodeBuilder): number[] {
  const { native } = tables;
  const mapping = native.mappings[native.frameMapping.values[id - 1]! - 1];
  const module = mapping === undefined ? "" : tables.text(mapping.path);
  const flags = native.frameFlags.values[id - 1]! & (INLINED_IN_EVALUATION - 1);
  const isReturn = (flags & NATIVE_FRAME_RETURN_ADDRESS) !== 0;
  const address = builder.addresses.address(
    mapping === undefined ? -1 : builder.addresses.mapping(module, hexadecimal(mapping.buildId)),
    BigInt.asUintN(64, native.frameAddress[id - 1]! - (isReturn ? 1n : 0n)),
  );
  const symbols = native.symbols.get(id);
  if (symbols === undefined) {
    const unnamed = builder.function({ name: unnamedName(module), file: module, module });
    return [builder.stacks.frame({ function: unnamed, line: 0, column: -1, flags, address })];
  }
  return symbols.toReversed().map((symbol, depth) => {
    const file = symbol.file === 0 ? module : tables.text(symbol.file);
    const name = tables.text(symbol.name);
    return builder.stacks.frame({
      function: builder.function({ name: cythonName(name) ?? name, file, module }),
      line: symbol.line,
      column: -1,
      flags: depth === 0 ? flags : inlinedFlags(flags),
      address,
    });
  });
}

/** The frame stands for Python frames once, not once for each call that was inlined. */
function inlinedFlags(flags: number): number {
  if ((flags & NATIVE_FRAME_HOSTS_PYTHON) === 0) return flags;
  return (flags & ~NATIVE_FRAME_HOSTS_PYTHON) | INLINED_IN_EVALUATION;
}
