// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace pyspy {

// The stack of a thread as it was while the thread stood: from somewhat below the stack pointer up
// to its end, or to as much as was copied.
struct StackCopy {
  Address start = 0;
  std::span<const uint8_t> bytes;

  // Reads a word; false where it is not in the copy.
  bool read(Address address, uint64_t& value) const {
    if (address < start) return false;
    const Address offset = address - start;
    if (offset > bytes.size() || bytes.size() - offset < sizeof value) return false;
    value = load<uint64_t>(bytes.data() + offset);
    return true;
  }
};

}  // namespace pyspy
