// SPDX-License-Identifier: MIT

/** Two digits a byte, "01ff"; "" for none. */
export function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
