// SPDX-License-Identifier: MIT

import { visibleText } from "./visible-text.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Untrusted text for an element's content or an attribute's value, in XML and in HTML. */
export function escapeXml(text: string): string {
  return escapeMarkup(visibleText(text));
}

/**
 * Our own text (a script, a style sheet), kept as it is but for the markup characters. Entities
 * instead of a CDATA section: they hold whatever the text contains, `]]>` too, and mean the same to
 * an HTML parser when the SVG is pasted into a page.
 */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
