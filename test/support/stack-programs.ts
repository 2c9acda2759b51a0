// SPDX-License-Identifier: MIT

import {
  type CallersManifest,
  type ChainsManifest,
  callersRule,
  chainsRule,
  type StackRule,
  type TextsManifest,
  textsRule,
} from "./stack-truth.ts";

/** A program of samples/ and the rule that its stacks keep, by the manifest that it prints. */
export interface StackProgram {
  readonly name: string;
  readonly rule: (manifest: unknown) => StackRule;
}

/** Programs that call, and return, as fast as they can. */
export const CALLING_PROGRAMS: readonly StackProgram[] = [
  { name: "flutter", rule: (manifest) => chainsRule(manifest as ChainsManifest) },
  { name: "generators", rule: (manifest) => callersRule(manifest as CallersManifest) },
  { name: "coroutines", rule: (manifest) => callersRule(manifest as CallersManifest) },
  { name: "recursion", rule: (manifest) => callersRule(manifest as CallersManifest) },
];

/** One that makes code and throws it away, so that addresses are used again. */
export const ADDRESS_REUSE: StackProgram = {
  name: "address_reuse",
  rule: (manifest) => textsRule(manifest as TextsManifest),
};
