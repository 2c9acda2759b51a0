// SPDX-License-Identifier: MIT

import type { LocalVariable } from "@pyspy/analyze";
import type { Json } from "../document/json.ts";
import { visibleExcerpt } from "../text/visible-text.ts";

const LONGEST_NAME = 200;
const LONGEST_VALUE = 10_000;

/** "    rows: [1, 2, 3]  (argument)"; without a value, its type. */
export function variableLine({ name, kind, typeName, value }: LocalVariable): string {
  const shown = visibleExcerpt(value ?? `<${typeName}>`, LONGEST_VALUE);
  const mark = kind === "local" ? "" : `  (${kind})`;
  return `    ${visibleExcerpt(name, LONGEST_NAME)}: ${shown}${mark}`;
}

/** For programs. */
export function variableJson({ name, kind, typeName, value, truncated }: LocalVariable): Json {
  return { name, kind, type: typeName, value: value ?? null, truncated };
}
