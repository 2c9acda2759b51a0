// SPDX-License-Identifier: MIT
import { damaged } from "./damaged.ts";

/**
 * Limits the work that a file may cause. Parts of DWARF refer to each other by offsets, so that a
 * hostile file of some kilobytes could make a reader go through the same bytes for hours.
 */
export class WorkBudget {
  #left: number;

  constructor(steps: number) {
    this.#left = steps;
  }

  /** @throws DamagedFile when all is spent. */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) damaged("more work than a real file needs");
  }
}
