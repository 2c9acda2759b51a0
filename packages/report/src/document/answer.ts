// SPDX-License-Identifier: MIT

import type { Document } from "./document.ts";
import type { Json } from "./json.ts";

/** What a question about a capture yields: to read, and to go on working with. */
export interface Answer {
  /** For people. */
  readonly document: Document;
  /** For programs; see docs/json.md. */
  readonly json: Json;
}
