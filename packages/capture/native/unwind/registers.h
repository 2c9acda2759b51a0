// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace pyspy {

// Registers of a thread by their DWARF numbers, as far as they are known: of a calling frame only
// the few that its stack can be followed by.
template <unsigned Count>
class RegisterSet {
 public:
  bool has(uint64_t number) const { return number < Count && (known_ >> number & 1U) != 0; }
  uint64_t operator[](unsigned number) const { return values_[number]; }
  void set(unsigned number, uint64_t value) {
    values_[number] = value;
    known_ |= 1U << number;
  }
  void forget(unsigned number) { known_ &= ~(1U << number); }

 private:
  static_assert(Count <= 32);
  std::array<uint64_t, Count> values_{};
  uint32_t known_ = 0;
};

}  // namespace pyspy
