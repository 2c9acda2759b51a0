// SPDX-License-Identifier: MIT

import type { ReportHeading } from "../heading/report-heading.ts";
import { escapeMarkup, escapeXml } from "../text/escape-xml.ts";
import type { Paint } from "./palette.ts";
import { INK, TEXT_FONT, WIDTH } from "./theme.ts";

/**
 * How each picture begins: its size, and what it is for whoever does not see it. Colours and fonts
 * are attributes, which hold where style sheets are forbidden.
 */
export function svgOpening({ title, quality, notes }: ReportHeading, height: number): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" class="pspy" width="${WIDTH}" height="${height}" \
viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="pspy-title pspy-desc" \
font-family="${escapeMarkup(TEXT_FONT)}" fill="${INK}">
<title id="pspy-title">${escapeXml(title)}</title>
<desc id="pspy-desc">${escapeXml([quality.join(" · "), ...notes].join(". "))}</desc>
`;
}

/** The media query of dark pages. */
const DARK = "(prefers-color-scheme:dark)";

/** A style sheet with the paints' classes, on light pages and, where the media query holds, on dark ones. */
export function paintRules(paints: readonly Paint[], dark: string = DARK): string {
  const rules = (theme: "light" | "dark"): string =>
    paints.map((paint) => `.${paint.name}{fill:${paint[theme]}}`).join("");
  return `${rules("light")}@media ${dark}{${rules("dark")}}`;
}

/** Two decimals are finer than any screen. */
export function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}
