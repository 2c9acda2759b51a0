// SPDX-License-Identifier: MIT

import { svgElement } from "./elements.ts";

/**
 * HTML inside the picture. It grows with its content, which SVG cannot do by itself: `place` sets
 * the frame to the width there is and tells how high the content came out.
 */
export class FramePanel {
  readonly #frame: SVGForeignObjectElement;
  readonly #content: HTMLElement;

  constructor(picture: SVGElement, content: HTMLElement) {
    this.#content = content;
    this.#frame = svgElement("foreignObject", { x: 0, y: 0, width: 100, height: 1 }, content);
    picture.append(this.#frame);
  }

  /** Height of the content in px at that width. */
  place(width: number): number {
    this.#frame.setAttribute("width", String(width));
    const height = Math.ceil(this.#content.getBoundingClientRect().height);
    this.#frame.setAttribute("height", String(height));
    return height;
  }

  moveTo(y: number): void {
    this.#frame.setAttribute("y", String(y));
  }
}
