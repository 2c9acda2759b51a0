// SPDX-License-Identifier: MIT

import type { ChartMaker } from "@pyspy/report";

/** What draws charts. Only a page needs it, and it takes most of a second to load. */
export async function loadCharts(): Promise<ChartMaker> {
  const [{ JSDOM }, { plotCharts }] = await Promise.all([
    import("jsdom"),
    import("@pyspy/report/charts"),
  ]);
  return plotCharts(new JSDOM("").window.document);
}
