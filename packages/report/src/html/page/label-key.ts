// SPDX-License-Identifier: MIT

import type { FrameLabel } from "@pyspy/analyze";

/** What names a function, or a line of it, in an address. */
export function labelKey({ name, file, line }: FrameLabel): string {
  return line > 0 ? `${name}|${file}:${line}` : `${name}|${file}`;
}
