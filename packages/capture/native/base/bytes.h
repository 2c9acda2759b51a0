// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstring>
#include <span>

namespace pyspy {

// An address in the target. A type of its own would be safer still, but these are added to
// offsets on every line.
using Address = uint64_t;

// Reads a little-endian T at `at`, which need not be aligned. The caller has checked the bounds.
template <typename T>
T load(const void* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// Reads a T at `offset` of `bytes`; zero where that is out of bounds.
template <typename T>
T load_or_zero(std::span<const uint8_t> bytes, size_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return T{};
  return load<T>(bytes.data() + offset);
}

}  // namespace pyspy
