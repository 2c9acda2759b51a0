// SPDX-License-Identifier: MIT
import { AddressInterner } from "./address-interner.ts";
import type { NativeCode, PythonFunction } from "./profile.ts";
import { StackInterner } from "./stack-interner.ts";

/** A native function, as it is told apart from others. */
export interface NativeFunction {
  readonly name: string;
  /** Of its source, where that is known; else `module`. */
  readonly file: string;
  /** Path of the file that it was loaded from; "": of none. */
  readonly module: string;
}

/** Gives native functions, addresses, frames and stacks their indexes in the profile. */
export class NativeCodeBuilder {
  readonly stacks: StackInterner = new StackInterner();
  readonly addresses: AddressInterner = new AddressInterner();
  readonly #functions: PythonFunction[] = [];
  readonly #index = new Map<string, number>();

  function({ name, file, module }: NativeFunction): number {
    const key = `${file.length} ${module.length} ${file}${module}${name}`;
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    const index = this.#functions.push({ name, file, firstLine: 0, flags: 0, module }) - 1;
    this.#index.set(key, index);
    return index;
  }

  /** `undefined`: no native stack was recorded. */
  build(): NativeCode | undefined {
    const stacks = this.stacks.buildStacks();
    if (stacks.length === 0) return undefined;
    return {
      functions: this.#functions,
      frames: this.stacks.buildFrames(),
      stacks,
      mappings: this.addresses.mappings,
      addresses: this.addresses.build(),
    };
  }
}
