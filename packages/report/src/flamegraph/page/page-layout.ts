// SPDX-License-Identifier: MIT

import { MARGIN, ROW_HEIGHT } from "../theme.ts";
import { FramePanel } from "./frame-panel.ts";

/** What stands above, over and below the chart. */
export interface PageParts {
  readonly top: HTMLElement;
  /** Controls and details: stays in sight while the chart scrolls. */
  readonly bar: HTMLElement;
  readonly chart: SVGElement;
  readonly foot: HTMLElement;
}

/** Puts the parts of the page below one another, as wide as the window and as high as they need. */
export class PageLayout {
  readonly #picture: SVGSVGElement;
  readonly #chart: SVGElement;
  readonly #top: FramePanel;
  readonly #bar: FramePanel;
  readonly #foot: FramePanel;
  #topHeight = 0;
  #barHeight = 0;

  /** Takes the place of the static picture. */
  constructor(picture: SVGSVGElement, { top, bar, chart, foot }: PageParts) {
    picture.querySelector(".static")?.remove();
    picture.removeAttribute("viewBox");
    picture.setAttribute("width", "100%");
    picture.setAttribute("role", "group");
    this.#picture = picture;
    this.#chart = chart;
    picture.append(chart);
    this.#top = new FramePanel(picture, top);
    this.#foot = new FramePanel(picture, foot);
    // Last, so that it lies over the chart.
    this.#bar = new FramePanel(picture, bar);
    addEventListener("scroll", () => this.#stickBar(), { passive: true });
  }

  /** Room for the chart, px. */
  get chartWidth(): number {
    return Math.max(this.#width - 2 * MARGIN, 40);
  }

  /** To be called whenever the width, the chart's height or a text has changed. */
  place(chartHeight: number): void {
    this.#topHeight = this.#top.place(this.#width);
    this.#barHeight = this.#bar.place(this.#width);
    const chartTop = this.#topHeight + this.#barHeight;
    this.#chart.setAttribute("transform", `translate(${MARGIN} ${chartTop})`);
    const footTop = chartTop + chartHeight;
    this.#foot.moveTo(footTop);
    const height = footTop + this.#foot.place(this.#width);
    this.#picture.setAttribute("height", String(height));
    this.#stickBar();
  }

  /** Scrolls a row of the chart out from under the bar, or up from below the window. */
  reveal(rowTop: number): void {
    const top = this.#topHeight + this.#barHeight + rowTop;
    if (top < scrollY + this.#barHeight) scrollTo({ top: top - this.#barHeight });
    else if (top + 2 * ROW_HEIGHT > scrollY + innerHeight) {
      scrollTo({ top: top + 4 * ROW_HEIGHT - innerHeight });
    }
  }

  get #width(): number {
    return this.#picture.getBoundingClientRect().width;
  }

  #stickBar(): void {
    this.#bar.moveTo(Math.max(this.#topHeight, scrollY));
  }
}
