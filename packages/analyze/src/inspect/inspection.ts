// SPDX-License-Identifier: MIT
import type { PersonalDataKind } from "../privacy/personal-data.ts";

/** What a capture has that tells of persons, machines and secrets, or of the program. */
export interface Inspection {
  /** The levels of redaction that the file says it had, by its agent or afterwards. */
  readonly redactions: readonly string[];
  /** Kinds that occur, in the order of `PRIVATE_KINDS`. */
  readonly findings: readonly PrivateFinding[];
}

export interface PrivateFinding {
  readonly kind: PrivateKind;
  /** The least level of `redact` that takes it out; `undefined`: none does. */
  readonly removedBy: "share" | "strict" | undefined;
  /** Distinct texts. */
  readonly count: number;
  /** Some of them, in the order of their appearance. */
  readonly examples: readonly string[];
}

/** What may be found: forms of text, and places of the format. */
export type PrivateKind =
  | PersonalDataKind
  | "host-name"
  | "boot-id"
  | "agent-command"
  | "label"
  | "program-arguments"
  | "local-variables"
  | "source-text"
  | "cgroup"
  | "environment"
  | "note"
  | "thread-name"
  | "role"
  | "own-file"
  | "own-function"
  | "own-symbol"
  | "capture-id";

/** In the order of how much they give away, with what takes them out. */
export const PRIVATE_KINDS: Readonly<Record<PrivateKind, "share" | "strict" | undefined>> = {
  secret: "share",
  "url-credentials": "share",
  "local-variables": "share",
  "source-text": "share",
  "program-arguments": "share",
  "agent-command": "share",
  email: "share",
  "home-directory": "share",
  "ip-address": "share",
  "host-name": "share",
  "boot-id": "share",
  cgroup: "share",
  label: "strict",
  environment: "strict",
  note: "strict",
  role: "strict",
  "thread-name": "strict",
  "own-file": "strict",
  "own-function": "strict",
  "own-symbol": "strict",
  "capture-id": "strict",
};
