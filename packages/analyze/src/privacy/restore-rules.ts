// SPDX-License-Identifier: MIT
import type { RewriteRules } from "../rewrite/rewrite-rules.ts";
import { KEEP_ALL } from "../rewrite/rewrite-rules.ts";
import { withNames } from "./pseudonyms.ts";
import { REDACTED_LABEL } from "./share-rules.ts";

/** Puts the names back that a strict redaction took, as far as they are known. What it dropped is gone. */
export function restoreRules(names: ReadonlyMap<string, string>): RewriteRules {
  const restore = (text: string): string => withNames(text, names);
  return {
    ...KEEP_ALL,
    header: ({ label }) => {
      for (const one of label) {
        if (one.key === REDACTED_LABEL) one.value = "strict, names restored";
        else one.value = restore(one.value);
      }
    },
    path: restore,
    codeFile: restore,
    functionName: restore,
    argumentName: restore,
    nativeName: restore,
    nativeFile: restore,
    threadName: restore,
    role: restore,
    command: (words) => words.map(restore),
    variable: restore,
  };
}
