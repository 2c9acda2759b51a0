// SPDX-License-Identifier: MIT
import { GrowableFloat64 } from "../model/growable.ts";
import { PairTable } from "../model/pair-table.ts";
import type { UnorderedTree } from "./order-tree.ts";

/** Nodes in the order in which they appear: parents before their children. */
export class NodeBuilder {
  /** (parent, label) */
  readonly #nodes = new PairTable();
  readonly #self = new GrowableFloat64();

  constructor(rootLabel: number) {
    this.child(-1, rootLabel);
  }

  child(parent: number, label: number): number {
    const node = this.#nodes.intern(parent, label);
    if (node === this.#self.length) this.#self.push(0);
    return node;
  }

  addSelf(node: number, weight: number): void {
    this.#self.values[node]! += weight;
  }

  finish(): UnorderedTree {
    return {
      parent: this.#nodes.first.view(),
      label: this.#nodes.second.view(),
      self: this.#self.view(),
    };
  }
}
