// SPDX-License-Identifier: MIT
import { demangleItanium } from "./itanium/demangle-itanium.ts";
import { legacyRustName } from "./rust/legacy.ts";
import { demangleRustV0 } from "./rust/v0.ts";

const LONGEST_MANGLED = 2048;
const LONGEST_DEMANGLED = 4096;

/** A C++ or Rust name as its language writes it; any other as it is. */
export function demangled(name: string): string {
  if (name.length > LONGEST_MANGLED) return name;
  const text = name.startsWith("_R") ? demangleRustV0(name) : demangledCpp(name);
  return text === undefined || text.length > LONGEST_DEMANGLED ? name : text;
}

function demangledCpp(name: string): string | undefined {
  if (!name.startsWith("_Z")) return undefined;
  const text = demangleItanium(name);
  return text === undefined ? undefined : (legacyRustName(text) ?? text);
}
