// SPDX-License-Identifier: MIT
import type { Header } from "@pyspy/schemas";

/** The label that names the machine where the agent did not record its name. */
const HOST = "host";

/** Labels of a recording; of a key that is there twice, the last one counts. */
export function labelsOf({ label }: Pick<Header, "label">): Record<string, string> {
  // No prototype: a key may be "__proto__".
  const labels: Record<string, string> = Object.create(null);
  for (const { key, value } of label) labels[key] = value;
  return labels;
}

/** The host of a recording, by its name or its label; "": not known. */
export function hostOf(header: Pick<Header, "label" | "host">): string {
  return header.host?.name || (labelsOf(header)[HOST] ?? "");
}

/** The value of a label; of "host" that of `hostOf`; "": there is none. */
export function labelOf(header: Pick<Header, "label" | "host">, key: string): string {
  return labelsOf(header)[key] ?? (key === HOST ? hostOf(header) : "");
}
