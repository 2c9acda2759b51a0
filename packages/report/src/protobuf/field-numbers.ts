// SPDX-License-Identifier: MIT

/** The field numbers of a message by the names of its fields, from its schema. */
export function fieldNumbers<
  const F extends Readonly<Record<string, { readonly number: number }>>,
>({ field }: { readonly field: F }): { readonly [Name in keyof F]: number } {
  const numbers = Object.entries(field).map(([name, { number }]) => [name, number]);
  return Object.fromEntries(numbers) as { [Name in keyof F]: number };
}
