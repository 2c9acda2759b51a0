// SPDX-License-Identifier: MIT

import type { Selection } from "@pyspy/analyze";
import type { ChartMaker } from "./charts/charts.ts";
import type { PackedCapture } from "./embed/packed-capture.ts";
import type { GivenSources } from "./source/source-file.ts";

/** What a page shows and carries beside what every report does. */
export interface PageInput {
  /** The threads and times of the selection in whatever state they were: idle, waiting. */
  readonly observed: Selection;
  /**
   * The filter options that made the selection, by their names on the command line, each with its values: what
   * the page's controls stand on at first.
   */
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** The files that were read, in their order. */
  readonly captures: readonly PackedCapture[];
  /** Bytes that the page should not exceed; what does not fit is thinned, else left out, and the page says so. */
  readonly mostBytes: number;
  readonly charts: ChartMaker;
  /** Source text, if it was asked for. */
  readonly sources?: GivenSources | undefined;
  /** After so long it loads itself anew, at the same place; `undefined`: never. */
  readonly refreshSeconds?: number | undefined;
}
