// SPDX-License-Identifier: MIT

import { escapeXml } from "../text/escape-xml.ts";

/** Markup that is ours; any other text is escaped. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

export type Child = Html | string | undefined | readonly Child[];

/** Values that are `undefined` or `false` leave the attribute out; `true` stands for its name alone. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

const VOID = new Set(["meta", "br", "input"]);

/** An element: children that are text are escaped, whatever they contain. */
export function element(name: string, attributes: Attributes, ...children: Child[]): Html {
  const start = `<${name}${attributesText(attributes)}>`;
  if (VOID.has(name)) return new Html(start);
  return new Html(`${start}${markupOf(children)}</${name}>`);
}

export function markupOf(child: Child): string {
  if (child === undefined) return "";
  if (child instanceof Html) return child.markup;
  return typeof child === "string" ? escapeXml(child) : child.map(markupOf).join("");
}

function attributesText(attributes: Attributes): string {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) =>
      value === true ? ` ${name}` : ` ${name}="${escapeXml(String(value))}"`,
    )
    .join("");
}
