// SPDX-License-Identifier: MIT

import type { Change, Comparison, FunctionChange, Measure } from "@pyspy/analyze";
import { formatDifference, formatMargin, formatRelative } from "../diff/amount.ts";
import { codeCells, codeText } from "../document/code-cells.ts";
import { junitXml } from "./junit.ts";

/**
 * A comparison as a JUnit report: a case for everything together, and for each function, failed if it is
 * among `failed`.
 */
export function gateJunit(
  comparison: Comparison,
  failed: readonly FunctionChange[],
  allFailed: boolean,
): string {
  const { functions, measure, all } = comparison;
  const cells = codeCells(functions.map(({ label }) => label));
  const cases = functions.map((each) => {
    const parts = (["self", "total"] as const).map(
      (kind) => `${kind} ${changeText(each[kind], measure)}`,
    );
    return {
      name: codeText(cells(each.label)),
      passed: !failed.includes(each),
      found: parts.join(", "),
    };
  });
  const allFound = changeText(all, measure === "share" ? "rate" : measure);
  const whole = { name: "everything", passed: !allFailed, found: allFound };
  return junitXml("pyspy-analyze diff", [whole, ...cases]);
}

function changeText(change: Change, measure: Measure): string {
  const amount = `${formatDifference(change.difference, measure)} ${formatMargin(change.margin, measure)}`;
  return `${amount} (${formatRelative(change) || "nothing"}, ${change.verdict})`;
}
