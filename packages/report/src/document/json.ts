// SPDX-License-Identifier: MIT

/** What JSON can say. Members that are `undefined` are left out. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/** The text of a document, indented for people, which ends with a line feed. */
export function jsonText(json: Json): string {
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

/** An id of 64 bits; beyond 2^53 as text, which no reader rounds. */
export function jsonId(id: bigint): number | string {
  return id <= Number.MAX_SAFE_INTEGER ? Number(id) : id.toString();
}
