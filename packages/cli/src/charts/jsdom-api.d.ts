// SPDX-License-Identifier: MIT

// What we use of jsdom. Its own declarations need those of a browser; tsconfig.base.json puts these in their
// place.

export class JSDOM {
  constructor(markup: string);
  readonly window: { readonly document: object };
}

/** Named by vitest's declarations. */
export type ConstructorOptions = object;
