// SPDX-License-Identifier: MIT
import type { Header } from "@pyspy/schemas";

/** Labels of a recording; of a key that is there twice, the last one counts. */
export function labelsOf({ label }: Pick<Header, "label">): Record<string, string> {
  // No prototype: a key may be "__proto__".
  const labels: Record<string, string> = Object.create(null);
  for (const { key, value } of label) labels[key] = value;
  return labels;
}
