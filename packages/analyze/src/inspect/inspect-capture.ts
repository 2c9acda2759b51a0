// SPDX-License-Identifier: MIT
import type { Header } from "@pyspy/schemas";
import { hexadecimal } from "../bytes/hexadecimal.ts";
import { findPersonalData } from "../privacy/personal-data.ts";
import { isPseudonym, Pseudonyms } from "../privacy/pseudonyms.ts";
import { redactedCommand } from "../privacy/redacted-command.ts";
import { redactionLevels } from "../privacy/redaction-levels.ts";
import { REDACTED_LABEL } from "../privacy/share-rules.ts";
import { strictRules } from "../privacy/strict-rules.ts";
import { CaptureRewriter, type RewriteLoss } from "../rewrite/capture-rewriter.ts";
import type { RewriteRules } from "../rewrite/rewrite-rules.ts";
import { type Inspection, PRIVATE_KINDS, type PrivateKind } from "./inspection.ts";

const MOST_EXAMPLES = 5;

/**
 * Finds out what captures give away, as their bytes arrive: it reads them as a redaction does, so that
 * it sees every text that a redaction sees, and nothing else can be in its output.
 */
export class CaptureInspector {
  readonly #texts = new Map<PrivateKind, Set<string>>();
  readonly #redactions = new Set<string>();
  readonly #rewriter: CaptureRewriter;

  constructor() {
    this.#rewriter = new CaptureRewriter(this.#spy());
  }

  get losses(): readonly RewriteLoss[] {
    return this.#rewriter.losses;
  }

  push(bytes: Uint8Array): void {
    this.#rewriter.push(bytes);
  }

  /** @throws EmptyCaptureError, NotACaptureError, CaptureVersionError */
  endInput(): void {
    this.#rewriter.endInput();
  }

  /** What was found so far. */
  result(): Inspection {
    const kinds = Object.keys(PRIVATE_KINDS) as PrivateKind[];
    return {
      redactions: [...this.#redactions],
      findings: kinds.flatMap((kind) => {
        const texts = this.#texts.get(kind);
        if (texts === undefined) return [];
        return {
          kind,
          removedBy: PRIVATE_KINDS[kind],
          count: texts.size,
          examples: [...texts].slice(0, MOST_EXAMPLES),
        };
      }),
    };
  }

  #add(kind: PrivateKind, text: string): void {
    if (text === "") return;
    const texts = this.#texts.get(kind);
    if (texts === undefined) this.#texts.set(kind, new Set([text]));
    else texts.add(text);
  }

  /** Looks for what can be known by its form. */
  #search(text: string): string {
    for (const { kind, found } of findPersonalData(text)) this.#add(kind, found);
    return text;
  }

  /** Rules that change nothing and look at everything. */
  #spy(): RewriteRules {
    // What a strict redaction would rename is the program's own.
    const strict = strictRules({ pseudonyms: new Pseudonyms(() => "0000000000"), keep: [] });
    const own = (kind: PrivateKind, text: string, redacted: string): string => {
      if (redacted !== text && !isPseudonymous(text)) this.#add(kind, text);
      return this.#search(text);
    };
    return {
      header: (header) => this.#header(header),
      prefixes: (prefixes) => strict.prefixes(prefixes),
      path: (text) => this.#search(text),
      codeFile: (file) => own("own-file", file, strict.codeFile(file)),
      functionName: (name, file) => own("own-function", name, strict.functionName(name, file)),
      argumentName: (name) => name,
      nativeName: (name, mapping) => own("own-symbol", name, strict.nativeName(name, mapping)),
      nativeFile: (file) => this.#search(file),
      nameFrames: undefined,
      threadName: (name) => own("thread-name", name, strict.threadName(name)),
      role: (role) => own("role", role, strict.role(role)),
      cgroup: (cgroup) => {
        this.#add("cgroup", cgroup);
        return cgroup;
      },
      command: (words) => {
        const kept = redactedCommand(words);
        if (kept.join(" ") !== words.join(" ")) this.#add("program-arguments", words.join(" "));
        this.#search(words.join(" "));
        return words;
      },
      variable: (text) => own("environment", text, strict.variable(text)),
      note: (text) => {
        if (text !== "(redacted)") this.#add("note", text);
        return this.#search(text);
      },
      keepsBuildId: () => true,
      keepsLocals: (count) => {
        this.#add("local-variables", `${count} values`);
        return true;
      },
      keepsSources: (count) => {
        this.#add("source-text", `${count} files`);
        return true;
      },
    };
  }

  #header(header: Header): void {
    const { host, options, label, captureId, imported } = header;
    this.#add("host-name", host?.name ?? "");
    this.#add("boot-id", host === undefined ? "" : hexadecimal(host.bootId));
    this.#add("capture-id", hexadecimal(captureId));
    const command = options?.argument.join(" ") ?? "";
    this.#add("agent-command", command);
    this.#search(command);
    for (const text of [imported?.program ?? "", ...(imported?.loss ?? [])]) this.#search(text);
    for (const level of redactionLevels(header)) this.#redactions.add(level);
    for (const { key, value } of label) {
      if (key === REDACTED_LABEL) continue;
      if (!isPseudonym(value)) this.#add("label", `${key}=${this.#search(value)}`);
    }
  }
}

/** Whether a strict redaction made this path or name: a pseudonym stands in it. */
function isPseudonymous(text: string): boolean {
  return /(?<!\w)n_[0-9a-f]{10}/.test(text);
}
