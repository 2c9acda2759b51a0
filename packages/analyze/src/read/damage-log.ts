// SPDX-License-Identifier: MIT
import type { Damage, DamageKind } from "../model/profile.ts";

/** Most damages that are listed one by one; a file of nothing else must not fill the memory. */
const MAX_LISTED = 1000;

/** Collects what could not be read, in the order of the file. */
export class DamageLog {
  readonly #damages: Damage[] = [];
  #unlisted = 0;
  #open:
    | { readonly kind: DamageKind; readonly offset: number; readonly message: string }
    | undefined;

  get count(): number {
    return this.#damages.length + this.#unlisted + (this.#open === undefined ? 0 : 1);
  }

  add(kind: DamageKind, offset: number, length: number, message: string): void {
    if (this.#damages.length < MAX_LISTED) this.#damages.push({ kind, offset, length, message });
    else this.#unlisted++;
  }

  /** Begins a stretch that lasts until `close`; one that is open already goes on. */
  open(kind: DamageKind, offset: number, message: string): void {
    this.#open ??= { kind, offset, message };
  }

  /** Ends the open stretch, if there is one. */
  close(endOffset: number): void {
    if (this.#open === undefined) return;
    const { kind, offset, message } = this.#open;
    this.#open = undefined;
    this.add(kind, offset, endOffset - offset, message);
  }

  /** What was collected. The last entry says how many more there were. */
  list(): readonly Damage[] {
    const damages = this.#damages.toSorted((a, b) => a.offset - b.offset);
    if (this.#unlisted === 0) return damages;
    const { offset } = damages.at(-1)!;
    const message = `${this.#unlisted} more damages`;
    return [...damages, { kind: "corrupt", offset, length: 0, message }];
  }
}
