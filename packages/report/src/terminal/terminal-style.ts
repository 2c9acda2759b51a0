// SPDX-License-Identifier: MIT

/** The little emphasis that a summary uses; without colour, the text itself. */
export interface TerminalStyle {
  strong(text: string): string;
  faint(text: string): string;
  warn(text: string): string;
}

export function terminalStyle(color: boolean): TerminalStyle {
  const sgr =
    (on: number, off: number) =>
    (text: string): string =>
      color ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return { strong: sgr(1, 22), faint: sgr(2, 22), warn: sgr(33, 39) };
}
