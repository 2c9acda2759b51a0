// SPDX-License-Identifier: MIT

import { drawnChart } from "./drawn-chart.ts";
import { TimeViewer } from "./time-viewer.ts";

const picture = document.currentScript?.closest("svg");
if (picture instanceof SVGSVGElement) {
  const chart = drawnChart(picture);
  // Nothing was recorded: there is no time to look at.
  if (chart !== undefined) new TimeViewer(picture, chart);
}
