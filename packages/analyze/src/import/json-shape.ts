// SPDX-License-Identifier: MIT

/** What JSON.parse makes of text that nobody has looked at. */
export type Parsed = null | boolean | number | string | readonly Parsed[] | ParsedObject;
export type ParsedObject = { readonly [key: string]: Parsed | undefined };

export function isObject(value: Parsed | undefined): value is ParsedObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isArray(value: Parsed | undefined): value is readonly Parsed[] {
  return Array.isArray(value);
}

/** The text of a member; "" where it is none. */
export function textOf(value: Parsed | undefined): string {
  return typeof value === "string" ? value : "";
}

/** The number of a member; 0 where it is none. */
export function numberOf(value: Parsed | undefined): number {
  return typeof value === "number" ? value : 0;
}
