// SPDX-License-Identifier: MIT

import { type FirstView, hashToView, type ViewState, viewToHash } from "../view-hash.ts";

/**
 * The view in the address bar. Zooms are entries of the browser's history, so that its own Back
 * works; searches and layouts only change the entry. Where a page may not touch its history (a
 * sandboxed frame, a data: address), our own list of zooms takes its place.
 */
export class Address {
  readonly #nodeCount: number;
  readonly #first: FirstView;
  readonly #trail: ViewState[] = [];
  #usable = true;

  constructor(nodeCount: number, first: FirstView) {
    this.#nodeCount = nodeCount;
    this.#first = first;
  }

  read(): ViewState {
    return hashToView(location.hash, this.#nodeCount, this.#first);
  }

  /** `before` is the view that is being left. */
  push(view: ViewState, before: ViewState): void {
    this.#change(() => history.pushState({ steps: this.#steps() + 1 }, "", this.#urlOf(view)));
    if (!this.#usable) this.#trail.push(before);
  }

  replace(view: ViewState): void {
    this.#change(() => history.replaceState({ steps: this.#steps() }, "", this.#urlOf(view)));
  }

  /** Whether `back` leads to a view of this picture. */
  get canGoBack(): boolean {
    return this.#usable ? this.#steps() > 0 : this.#trail.length > 0;
  }

  /** Goes back; the view to show now, or `undefined` if the browser will announce it. */
  back(): ViewState | undefined {
    if (!this.#usable) return this.#trail.pop();
    history.back();
    return undefined;
  }

  onChange(changed: (view: ViewState) => void): void {
    addEventListener("popstate", () => changed(this.read()));
  }

  #steps(): number {
    const state: unknown = history.state;
    const steps = state !== null && typeof state === "object" && "steps" in state ? state.steps : 0;
    return typeof steps === "number" ? steps : 0;
  }

  #change(change: () => void): void {
    if (!this.#usable) return;
    try {
      change();
    } catch {
      this.#usable = false;
    }
  }

  #urlOf(view: ViewState): string {
    return viewToHash(view, this.#first) || location.href.replace(/#.*$/s, "");
  }
}
