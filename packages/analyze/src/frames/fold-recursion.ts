// SPDX-License-Identifier: MIT
import { type CodeTables, type EditedCode, type FrameEdit, NO_STACK } from "./frame-edit.ts";
import { StackWriter } from "./rewrite-stacks.ts";

/**
 * Takes recursion out, direct or through others: where a function calls itself again, the stack goes
 * on from its first call, with the line of its last one. So a;b;a;c becomes a;c, and no function is
 * twice on a stack.
 */
export function foldRecursion(): FrameEdit {
  return {
    name: "recursion",
    does: "recursion is folded",
    removes: "",
    keepsStackless: true,
    apply: fold,
  };
}

function fold(code: CodeTables): EditedCode {
  const { length, parent } = code.stacks;
  const path = new FoldedPath(code);
  const stackOf = new Int32Array(length);
  const changed = new Uint8Array(length);
  const { firstRoot, firstChild, nextSibling } = childLists(parent);
  // Depth first, without recursion of our own: stacks may be as deep as there are any.
  let stack = firstRoot;
  while (stack >= 0) {
    const above = parent[stack]!;
    const recurs = path.enter(stack, above);
    stackOf[stack] = path.nodeOf(stack);
    if (recurs || (above >= 0 && changed[above] === 1)) changed[stack] = 1;
    if (firstChild[stack]! >= 0) {
      stack = firstChild[stack]!;
      continue;
    }
    while (stack >= 0 && nextSibling[stack]! < 0) {
      path.leave(stack);
      stack = parent[stack]!;
    }
    if (stack < 0) break;
    path.leave(stack);
    stack = nextSibling[stack]!;
  }
  return { code: { ...code, stacks: path.writer.build() }, stackOf, changed };
}

/** The folded frames from the root to where the walk is. Each step back undoes one step. */
class FoldedPath {
  readonly writer = new StackWriter();
  readonly #code: CodeTables;
  /** By depth, of the folded path; what lies beyond the current depth is of no meaning. */
  readonly #function: Int32Array;
  readonly #node: Int32Array;
  /** By function: where it was put last. */
  readonly #depthOf: Int32Array;
  /** By stack: where its frame was put, and what was there before. */
  readonly #putAt: Int32Array;
  readonly #functionBefore: Int32Array;
  readonly #nodeBefore: Int32Array;
  readonly #depthBefore: Int32Array;

  constructor(code: CodeTables) {
    const { length } = code.stacks;
    this.#code = code;
    this.#function = new Int32Array(length).fill(-1);
    this.#node = new Int32Array(length);
    this.#depthOf = new Int32Array(code.functions.length).fill(-1);
    this.#putAt = new Int32Array(length);
    this.#functionBefore = new Int32Array(length);
    this.#nodeBefore = new Int32Array(length);
    this.#depthBefore = new Int32Array(length);
  }

  /** Goes on from `above` to `stack`; says whether its function was on the path already. */
  enter(stack: number, above: number): boolean {
    const frame = this.#code.stacks.frame[stack]!;
    const called = this.#code.frames.function[frame]!;
    const depth = above < 0 ? 0 : this.#putAt[above]! + 1;
    const known = this.#depthOf[called]!;
    const recurs = known >= 0 && known < depth && this.#function[known] === called;
    const at = recurs ? known : depth;
    this.#putAt[stack] = at;
    this.#functionBefore[stack] = this.#function[at]!;
    this.#nodeBefore[stack] = this.#node[at]!;
    this.#depthBefore[stack] = known;
    this.#function[at] = called;
    this.#node[at] = this.writer.call(at === 0 ? NO_STACK : this.#node[at - 1]!, frame);
    this.#depthOf[called] = at;
    return recurs;
  }

  /** Goes back from `stack`, which was entered last. */
  leave(stack: number): void {
    const at = this.#putAt[stack]!;
    this.#depthOf[this.#function[at]!] = this.#depthBefore[stack]!;
    this.#function[at] = this.#functionBefore[stack]!;
    this.#node[at] = this.#nodeBefore[stack]!;
  }

  /** The folded stack of the one that was entered last. */
  nodeOf(stack: number): number {
    return this.#node[this.#putAt[stack]!]!;
  }
}

/** The children of each stack as linked lists; -1 ends one. */
function childLists(parent: Int32Array): {
  readonly firstRoot: number;
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
} {
  const firstChild = new Int32Array(parent.length).fill(-1);
  const nextSibling = new Int32Array(parent.length);
  let firstRoot = -1;
  for (let stack = parent.length - 1; stack >= 0; stack--) {
    const above = parent[stack]!;
    if (above < 0) {
      nextSibling[stack] = firstRoot;
      firstRoot = stack;
    } else {
      nextSibling[stack] = firstChild[above]!;
      firstChild[above] = stack;
    }
  }
  return { firstRoot, firstChild, nextSibling };
}
