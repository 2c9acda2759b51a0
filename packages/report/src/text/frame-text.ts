// SPDX-License-Identifier: MIT

import type { FrameLabel } from "@pyspy/analyze";

/**
 * A frame in one line as py-spy writes it: `name (file:line)`, `name (file)` without a line,
 * `name` without a file. Nothing is escaped.
 */
export function frameText(name: string, file: string, line: number): string {
  const place = placeText(file, line);
  return place === "" ? name : `${name} (${place})`;
}

/** "file:line", "file", or "" for what is not code. */
export function placeText(file: string, line: number): string {
  return line > 0 && file !== "" ? `${file}:${line}` : file;
}

/** Whether the label names a place in code, rather than a thread, a process or everything. */
export function isCode(label: FrameLabel): boolean {
  return label.kind === "python" || label.kind === "native";
}
