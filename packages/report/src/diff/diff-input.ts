// SPDX-License-Identifier: MIT

import type { Change, Comparison, Doubt, FunctionChange, RenameCandidate } from "@pyspy/analyze";
import type { Provenance } from "../report-format.ts";

/** What is shown of a comparison. */
export interface DiffInput {
  readonly comparison: Comparison;
  readonly doubts: readonly Doubt[];
  readonly renames: readonly RenameCandidate[];
  /** What each side is, as the user named it: "before.pspy", "run.pspy, 0 to 30 s". */
  readonly sides: { readonly before: string; readonly after: string };
  readonly provenance: Provenance;
  readonly title?: string | undefined;
}

/** Whether a change was told from noise. */
export function isTold({ verdict }: Change): boolean {
  return verdict === "grew" || verdict === "shrank" || verdict === "new" || verdict === "gone";
}

/** Functions whose own time, or whose time with callees, was told to have changed; largest first. */
export function told(comparison: Comparison, kind: "self" | "total"): FunctionChange[] {
  return bySize(
    comparison.functions.filter((each) => isTold(each[kind])),
    kind,
  );
}

/** Functions that seem to have changed by more than the threshold, which may be noise. */
export function untold(comparison: Comparison, kind: "self" | "total"): FunctionChange[] {
  const { leastDifference } = comparison;
  return bySize(
    comparison.functions.filter(
      (each) =>
        each[kind].verdict === "unclear" && Math.abs(each[kind].difference) >= leastDifference,
    ),
    kind,
  );
}

function bySize(functions: FunctionChange[], kind: "self" | "total"): FunctionChange[] {
  return functions.sort((a, b) => Math.abs(b[kind].difference) - Math.abs(a[kind].difference));
}
