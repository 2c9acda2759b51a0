// SPDX-License-Identifier: MIT

import {
  type LiveEnd,
  LiveReader,
  type LiveRow,
  type LiveStatus,
  LiveTotals,
  type LiveUnit,
  type View,
} from "@pyspy/analyze";
import {
  FIRST_TOP_VIEW,
  recordedTitle,
  TOP_UNITS,
  type TopInput,
  type TopView,
  topRows,
} from "@pyspy/report";
import type { LiveSource } from "./live-source.ts";

/** What a table shows while it is paused. */
interface Frozen {
  readonly status: LiveStatus;
  readonly rows: ReadonlyMap<LiveUnit, readonly LiveRow[]>;
}

/** A live table: a stream, what it adds up to, and how it is looked at. */
export class LiveTop {
  readonly #reader = new LiveReader();
  readonly #filters: View;
  #totals: LiveTotals;
  #title = "waiting for the first samples";
  #view: TopView;
  #frozen: Frozen | undefined;
  /** What the reader should know: why nothing comes any more. */
  message = "";

  constructor(filters: View, first: Partial<TopView>) {
    this.#filters = filters;
    this.#view = { ...FIRST_TOP_VIEW, idle: filters.idle === true, ...first };
    this.#totals = this.#newTotals();
  }

  get view(): TopView {
    return this.#view;
  }

  /** Looks at it in another way; the totals begin anew where other observations are to count. */
  set view(view: TopView) {
    const before = this.#view;
    this.#view = view;
    if (view.idle !== before.idle || view.gil !== before.gil) this.reset();
    if (!view.paused) this.#frozen = undefined;
    else this.#frozen ??= this.#freeze();
  }

  /** Begins the totals anew. */
  reset(): void {
    this.#totals = this.#newTotals();
    this.#frozen = undefined;
  }

  /** How long the stream has gone on since the totals began. */
  get elapsedNanos(): number {
    return this.#totals.elapsedNanos;
  }

  /** Nothing was seen yet. */
  get isEmpty(): boolean {
    return this.#totals.status().all.ticks === 0;
  }

  /** Takes bytes of the stream. Returns false once the recording has said that it ends. */
  push(bytes: Uint8Array): boolean {
    for (const { profile } of this.#reader.push(bytes)) {
      this.#title = recordedTitle(profile);
      this.#totals.add(profile);
    }
    return !this.#reader.hasEnded;
  }

  /** @throws what `LiveReader.finish` throws. */
  finish(): LiveEnd {
    return this.#reader.finish();
  }

  /** What is to be shown now. */
  input(): TopInput {
    const { unit } = this.#view;
    const rows = this.#frozen?.rows.get(unit) ?? this.#totals.rows(unit);
    return {
      title: this.#title,
      status: this.#frozen?.status ?? this.#totals.status(),
      rows: topRows(rows, this.#view),
      view: this.#view,
      message: this.message,
    };
  }

  #freeze(): Frozen {
    const rows = new Map(TOP_UNITS.map((unit) => [unit, this.#totals.rows(unit)] as const));
    return { status: this.#totals.status(), rows };
  }

  #newTotals(): LiveTotals {
    const { idle, gil } = this.#view;
    const { states = [] } = this.#filters;
    return new LiveTotals({ ...this.#filters, idle, states: gil ? [...states, "gil"] : states });
  }
}

/** Reads a source to its end, or until `onBytes` says that it is enough; says how it ended. */
export async function readLive(
  { bytes, endsByItself }: LiveSource,
  top: LiveTop,
  onBytes: (bytes: Uint8Array) => boolean | Promise<boolean>,
): Promise<LiveEnd> {
  for await (const piece of bytes) {
    const goesOn = top.push(piece) || !endsByItself;
    if (!(await onBytes(piece)) || !goesOn) break;
  }
  return top.finish();
}
