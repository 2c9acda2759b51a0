// SPDX-License-Identifier: MIT

import { UsageError } from "../errors.ts";

/** Of a page: what mail, chats and trackers take without a question. */
export const PAGE_SIZE = "2MB";

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9 };

/**
 * Bytes: "800kB", "2MB", "2m", "1000000"; 0 is no limit, as infinity.
 *
 * @throws UsageError
 */
export function sizeOption(text: string, name: string): number {
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?) ?([kmg]?)b?$/i.exec(text) ?? [];
  if (number === "") throw new UsageError(`--${name} takes a size as 500kB or 25MB, not ${text}`);
  const bytes = Number(number) * UNITS[unit.toLowerCase()]!;
  return bytes === 0 ? Number.POSITIVE_INFINITY : bytes;
}
