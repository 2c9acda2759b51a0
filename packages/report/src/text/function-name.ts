// SPDX-License-Identifier: MIT

import { visibleText } from "./visible-text.ts";

/** A function's name as exports have it: visible, and never blank. */
export function functionName(name: string): string {
  return name.trim() === "" ? "?" : visibleText(name);
}
