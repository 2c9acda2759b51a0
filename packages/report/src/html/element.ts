// SPDX-License-Identifier: MIT

import { escapeXml } from "../text/escape-xml.ts";

/** An element of a page before it is known whether it becomes markup or a node of a document. */
export class Html {
  readonly name: string;
  readonly attributes: Attributes;
  readonly children: readonly Child[];

  constructor(name: string, attributes: Attributes, children: readonly Child[]) {
    this.name = name;
    this.attributes = attributes;
    this.children = children;
  }
}

/** Markup that is ours, as it stands: a chart, a style sheet. Only a page that is being written can hold it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Child = Html | Markup | string | undefined | readonly Child[];

/** Values that are `undefined` or `false` leave the attribute out; `true` stands for its name alone. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

const VOID = new Set(["meta", "br", "input"]);

/** An element: children that are text are text, whatever they contain. */
export function element(name: string, attributes: Attributes, ...children: Child[]): Html {
  return new Html(name, attributes, children);
}

/** As markup: all text is escaped here, and nowhere else. */
export function markupOf(child: Child): string {
  if (child === undefined) return "";
  if (typeof child === "string") return escapeXml(child);
  if (child instanceof Markup) return child.text;
  if (!(child instanceof Html)) return child.map(markupOf).join("");
  const start = `<${child.name}${attributesText(child.attributes)}>`;
  return VOID.has(child.name) ? start : `${start}${markupOf(child.children)}</${child.name}>`;
}

function attributesText(attributes: Attributes): string {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) =>
      value === true ? ` ${name}` : ` ${name}="${escapeXml(String(value))}"`,
    )
    .join("");
}
