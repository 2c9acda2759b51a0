// SPDX-License-Identifier: MIT

import type { Paint } from "../flamegraph/palette.ts";
import { paintRules } from "../flamegraph/svg-opening.ts";
import { activityProperties } from "./charts/activity-colors.ts";
import { contentSecurityPolicy } from "./content-security.ts";
import { element, type Html, Markup, markupOf } from "./element.ts";
import { htmlStyle } from "./gen/html-page.ts";

const DARK = "screen and (prefers-color-scheme:dark)";

/** How each page begins, up to its first section: what it may do, and how it looks. */
export function pageStart(title: string, style: string, scripts: readonly string[]): string {
  return `<!doctype html>\n<html lang="en">\n${markupOf(head(title, style, scripts))}\n<body>\n<main>\n`;
}

function head(title: string, style: string, scripts: readonly string[]): Html {
  const policy = contentSecurityPolicy({ styles: [style], scripts });
  return element(
    "head",
    {},
    element("meta", { charset: "utf-8" }),
    element("meta", { "http-equiv": "Content-Security-Policy", content: policy }),
    element("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    element("meta", { name: "color-scheme", content: "light dark" }),
    element("meta", { name: "referrer", content: "no-referrer" }),
    element("title", {}, `${title} · pyspy`),
    ourText("style", style),
  );
}

/** Not escaped: a style sheet or a script is text to the parser, up to its end tag, which ours do not hold. */
export function ourText(name: "style" | "script", text: string): Markup {
  return new Markup(`<${name}>${text}</${name}>`);
}

/** The style sheet of a page in which these colours occur. */
export function styleSheet(paints: readonly Paint[]): string {
  const themes = `:root{${activityProperties("light")}}@media ${DARK}{:root{${activityProperties("dark")}}}`;
  return `${themes}${htmlStyle}${paintRules(paints, DARK)}`;
}
