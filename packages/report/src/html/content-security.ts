// SPDX-License-Identifier: MIT

import { sha256 } from "@noble/hashes/sha2.js";
import { strToU8 } from "fflate";
import { base64 } from "../flamegraph/payload/base64.ts";

/** What a page runs and how it looks: texts that are ours, word for word as they stand in their elements. */
export interface TrustedTexts {
  readonly styles: readonly string[];
  readonly scripts: readonly string[];
}

/**
 * A content security policy that allows these texts and nothing else: no request to anywhere, no other script,
 * no markup made from text (trusted types). Whoever reads the file sees that it cannot tell anybody anything.
 */
export function contentSecurityPolicy({ styles, scripts }: TrustedTexts): string {
  return [
    "default-src 'none'",
    `style-src ${sources(styles)}`,
    `script-src ${sources(scripts)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

function sources(texts: readonly string[]): string {
  if (texts.length === 0) return "'none'";
  return texts.map((text) => `'sha256-${hashOf(text)}'`).join(" ");
}

function hashOf(text: string): string {
  return [...base64(sha256(strToU8(text)))].join("");
}
