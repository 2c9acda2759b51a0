// SPDX-License-Identifier: MIT
import { CaptureRewriter, type RewriteLoss } from "../rewrite/capture-rewriter.ts";
import { KEEP_ALL, type RewriteRules } from "../rewrite/rewrite-rules.ts";
import type { NamePattern } from "../select/name-pattern.ts";
import type { KeyedHash } from "./pseudonyms.ts";
import { Pseudonyms } from "./pseudonyms.ts";
import { restoreRules } from "./restore-rules.ts";
import { SHARE_RULES } from "./share-rules.ts";
import { strictRules } from "./strict-rules.ts";

/**
 * - `none`: nothing is taken out; the capture is written anew.
 * - `share`: for a colleague; see `SHARE_RULES`.
 * - `strict`: for strangers; see `strictRules`.
 */
export type RedactionLevel = "none" | "share" | "strict";

export type RedactionRequest =
  | { readonly level: "none" | "share" }
  | {
      readonly level: "strict";
      /** Makes the pseudonyms; with the same key the same in every capture. */
      readonly hash: KeyedHash;
      readonly keep?: readonly NamePattern[];
    }
  /** Undoes `strict`, as far as the names are known. */
  | { readonly level: "restore"; readonly names: ReadonlyMap<string, string> };

/**
 * Redacts captures as their bytes arrive.
 *
 * @example
 * const redactor = new CaptureRedactor({ level: "share" });
 * for await (const bytes of input) write(redactor.push(bytes));
 * write(redactor.endInput());
 */
export class CaptureRedactor {
  readonly #rewriter: CaptureRewriter;
  readonly #pseudonyms: Pseudonyms | undefined;

  constructor(request: RedactionRequest) {
    this.#pseudonyms = request.level === "strict" ? new Pseudonyms(request.hash) : undefined;
    this.#rewriter = new CaptureRewriter(rulesFor(request, this.#pseudonyms));
  }

  /** Names by the pseudonyms that were given for them so far; empty but for `strict`. */
  get names(): ReadonlyMap<string, string> {
    return this.#pseudonyms?.names ?? new Map();
  }

  /** What was left out so far because it is damaged, not because it is personal. */
  get losses(): readonly RewriteLoss[] {
    return this.#rewriter.losses;
  }

  /** Takes the next bytes of an input, plain or gzip; returns what is redacted by now, plain. */
  push(bytes: Uint8Array): Uint8Array[] {
    return this.#rewriter.push(bytes);
  }

  /**
   * Ends one input; another may follow.
   *
   * @throws EmptyCaptureError, NotACaptureError, CaptureVersionError
   */
  endInput(): Uint8Array[] {
    return this.#rewriter.endInput();
  }
}

function rulesFor(request: RedactionRequest, pseudonyms: Pseudonyms | undefined): RewriteRules {
  switch (request.level) {
    case "none":
      return KEEP_ALL;
    case "share":
      return SHARE_RULES;
    case "strict":
      return strictRules({ pseudonyms: pseudonyms!, keep: request.keep ?? [] });
    case "restore":
      return restoreRules(request.names);
  }
}
