// SPDX-License-Identifier: MIT

// What we use of Observable Plot. Its own declarations need those of a browser and of d3, and do not pass
// our compiler's checks; tsconfig.base.json puts these in their place.

export interface Mark {
  readonly plotMark: unique symbol;
}

export type Options = Readonly<Record<string, unknown>>;

export function plot(options: Options): PlottedElement;
export function areaY(data: readonly object[], options: Options): Mark;
export function rect(data: readonly object[], options: Options): Mark;
export function text(data: readonly object[], options: Options): Mark;
export function axisX(options: Options): Mark;
export function gridX(options: Options): Mark;
export function ruleY(data: readonly number[], options: Options): Mark;

/** The part of an SVG element that we use. */
export interface PlottedElement {
  readonly localName: string;
  readonly outerHTML: string;
  querySelectorAll(selector: "*"): Iterable<PlottedElement>;
  getAttributeNames(): string[];
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  remove(): void;
}
