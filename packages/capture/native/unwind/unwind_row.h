// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <iterator>

#include "unwind/machine.h"

namespace pyspy {

// How the canonical frame address (CFA, the stack pointer before the call) is found.
enum class CfaRule : uint8_t {
  kUnknown,           // not described, or in a way that no unwinder could follow
  kFromStackPointer,  // + cfa_offset
  kFromFramePointer,  // + cfa_offset
  kExpression,        // expression number cfa_offset
  kSignalFrame,       // the kernel saved all registers here
  kOutermost,         // nobody called this
};

// How the value that a register had in the caller is found.
enum class SavedRule : uint8_t {
  kSame,        // not changed
  kAtOffset,    // saved at CFA + saved_offset
  kExpression,  // saved where expression number saved_offset says
  kUnknown,
};

// How to find the caller from one instruction on, up to the next row: 16 bytes, of which a function
// has some ten. The return address is where the processor's calls leave it.
struct UnwindRow {
  uint32_t address = 0;  // from the start of the function
  int32_t cfa_offset = 0;
  // Of each of machine::kFollowed.
  std::array<int16_t, std::size(machine::kFollowed)> saved_offset{};
  std::array<SavedRule, std::size(machine::kFollowed)> saved{};
  CfaRule cfa = CfaRule::kUnknown;

  bool says_same_as(const UnwindRow& other) const {
    return cfa_offset == other.cfa_offset && saved_offset == other.saved_offset &&
           saved == other.saved && cfa == other.cfa;
  }
};
static_assert(sizeof(UnwindRow) == 16);

}  // namespace pyspy
