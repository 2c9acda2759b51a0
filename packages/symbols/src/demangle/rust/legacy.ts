// SPDX-License-Identifier: MIT

/** "::h" and 16 digits at the end. */
const HASH = /::h[0-9a-f]{16}$/;
const ESCAPES: Readonly<Record<string, string>> = {
  SP: "@",
  BP: "*",
  RF: "&",
  LT: "<",
  GT: ">",
  LP: "(",
  RP: ")",
  C: ",",
};

/**
 * Rust's older mangling is that of C++, with a hash as the last part of the name and escapes for what
 * a C++ name cannot hold (rustc, legacy symbol mangling).
 *
 * @param demangled as C++ writes it. `undefined`: it is no such name.
 */
export function legacyRustName(demangled: string): string | undefined {
  const [whole = ""] = demangled.split(" [clone ");
  if (!HASH.test(whole)) return undefined;
  return whole
    .replace(HASH, "")
    .replace(/(^|:)_\$/g, "$1$")
    .replace(/\$(?:u([0-9a-f]{1,6})|([A-Z]{1,2}))\$/g, (text, code?: string, letters?: string) => {
      if (letters !== undefined) return ESCAPES[letters] ?? text;
      const point = Number.parseInt(code!, 16);
      return point <= 0x10_ffff ? String.fromCodePoint(point) : text;
    })
    .replaceAll("..", "::");
}
