// SPDX-License-Identifier: MIT
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { demangled } from "./demangle.ts";

describe("demangled", () => {
  // As c++filt -i of binutils 2.40 has them.
  it.each([
    ["_Z3foov", "foo()"],
    ["_ZN3foo3barEv.cold", "foo::bar() [clone .cold]"],
    [
      "_ZNSt6vectorIiSaIiEE9push_backEOi",
      "std::vector<int, std::allocator<int> >::push_back(int&&)",
    ],
    ["_ZNSt6vectorIiSaIiEEC2Ev", "std::vector<int, std::allocator<int> >::vector()"],
    [
      "_ZN9crossings13sort_and_callIiEET_St6vectorIS1_SaIS1_EERKNS_6CallerE",
      "int crossings::sort_and_call<int>(std::vector<int, std::allocator<int> >, crossings::Caller const&)",
    ],
    [
      "_ZNSt6vectorIiSaIiEE12emplace_backIJiEEERiDpOT_",
      "int& std::vector<int, std::allocator<int> >::emplace_back<int>(int&&)",
    ],
    ["_Z1fPFviE", "f(void (*)(int))"],
    ["_Z1fM1AFicE", "f(int (A::*)(char))"],
    ["_Z1fRA3_i", "f(int (&) [3])"],
    ["_ZN12_GLOBAL__N_11gEv", "(anonymous namespace)::g()"],
    ["_ZZN1a1bEvENKUliE_clEi", "a::b()::{lambda(int)#1}::operator()(int) const"],
    ["_ZTV3Foo", "vtable for Foo"],
    ["_ZThn16_N1A1fEv", "non-virtual thunk to A::f()"],
    ["_ZNK1AcvbEv", "A::operator bool() const"],
    [
      "_ZNSsC1EPKcRKSaIcE",
      "std::basic_string<char, std::char_traits<char>, std::allocator<char> >::basic_string(char const*, std::allocator<char> const&)",
    ],
    ["_Z1fILi5ELb1ELc97EEvv", "void f<5, true, (char)97>()"],
  ])("%s is C++", (mangled, text) => {
    expect(demangled(mangled)).toBe(text);
  });

  it.each([
    ["_ZN4core3fmt9Formatter3pad17h0123456789abcdefE", "core::fmt::Formatter::pad"],
    [
      "_ZN58_$LT$alloc..string..String$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE",
      "<alloc::string::String as core::fmt::Debug>::fmt",
    ],
    ["_RNvCs21hi0yVfW1J_7mycrate3foo", "mycrate::foo"],
    ["_RNvMs_NtCs1_1a1bNtB4_1C3new", "<a::b::C>::new"],
    ["_RNvXs_Cs1_1aNtB4_1TNtNtCs2_4core3fmt5Debug3fmt", "<a::T as core::fmt::Debug>::fmt"],
    ["_RINvCs1_1a3mapNtB2_1TRShE", "a::map::<a::T, &[u8]>"],
    ["_RNCNvCs1_1a4main0", "a::main::{closure#0}"],
    ["_RNCNCNvC1a4main00", "a::main::{closure#0}::{closure#0}"],
    ["_RNvC1au8gdel_5qa", "a::gödel"],
    ["_RINvC1a1fAhj3_FUKCmEbE", 'a::f::<[u8; 3], unsafe extern "C" fn(u32) -> bool>'],
    ["_RINvC1a1fDNtC1b1Tp4ItemlEL_E", "a::f::<dyn b::T<Item = i32>>"],
    ["_RNvC1a1f.llvm.123", "a::f"],
  ])("%s is Rust", (mangled, text) => {
    expect(demangled(mangled)).toBe(text);
  });

  it.each(["list_sort", "", "_Z", "_ZN", "_Zzzzzz", "main.cold", "_R", "_RNv", "_RB_", "_RNvB_1a"])(
    "leaves %j as it is",
    (name) => {
      expect(demangled(name)).toBe(name);
    },
  );

  it("ends for what refers to itself, or grows without end", () => {
    const growing = `_Z1f${Array.from({ length: 60 }, (_, i) => `1AI${"S_S_".repeat(1 + (i % 2))}E`).join("")}`;
    const names = [`_Z${"S".repeat(100_000)}`, `_Z1f${"P".repeat(1500)}i`, growing];
    names.push(`_RIC1a${"TB3_B3_E".repeat(100)}E`, `_RC1a${"B_".repeat(900)}`);
    for (const name of names) expect(demangled(name).length).toBeLessThan(200_000);
  });

  it("survives any text", () => {
    const letters = fc.constantFrom(..."ZNSTIKPROFAMDLXEJRBCUtalsrv0123459_dpsbnwc");
    const mangled = fc.array(letters, { maxLength: 60 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.constantFrom("_Z", "_R", "_ZN", "_RNv"), mangled, (prefix, text) => {
        expect(typeof demangled(prefix + text)).toBe("string");
      }),
      { numRuns: 3000 },
    );
  });
});
