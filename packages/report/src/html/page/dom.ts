// SPDX-License-Identifier: MIT

import { type Attributes, type Child, Html, Markup } from "../element.ts";

const SVG = "http://www.w3.org/2000/svg";
const SVG_NAMES = new Set(["svg", "rect", "path", "g", "line"]);

/** Elements of a page as nodes of this document. Text goes in as text: no markup is ever read. */
export function domOf(child: Child): Node[] {
  if (child === undefined) return [];
  if (typeof child === "string") return [document.createTextNode(child)];
  if (child instanceof Markup) throw new Error("markup has no place in a page that runs");
  if (!(child instanceof Html)) return child.flatMap(domOf);
  const { name, attributes, children } = child;
  const node = SVG_NAMES.has(name)
    ? document.createElementNS(SVG, name)
    : document.createElement(name);
  setAttributes(node, attributes);
  node.append(...children.flatMap(domOf));
  return [node];
}

/** A new element of the page, to be kept and changed. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: (Child | Node)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(name);
  setAttributes(node, attributes);
  node.append(...children.flatMap((child) => (child instanceof Node ? [child] : domOf(child))));
  return node;
}

/** A button that does something. */
export function button(
  text: string,
  attributes: Attributes,
  pressed: () => void,
): HTMLButtonElement {
  const node = make("button", { type: "button", ...attributes }, text);
  node.addEventListener("click", pressed);
  return node;
}

function setAttributes(node: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
}
