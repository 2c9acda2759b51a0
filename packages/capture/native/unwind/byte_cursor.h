// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace pyspy {

// Reads DWARF's encodings from bytes that may be damaged. Beyond the end everything reads as 0, and
// `failed()` says so: a loop that ends at `at_end()` ends.
class ByteCursor {
 public:
  explicit ByteCursor(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  bool at_end() const { return at_ >= bytes_.size(); }
  bool failed() const { return failed_; }
  size_t position() const { return at_; }
  size_t left() const { return bytes_.size() - at_; }

  template <typename T>
  T fixed() {
    T value{};
    if (left() < sizeof value) {
      fail();
      return value;
    }
    std::memcpy(&value, bytes_.data() + at_, sizeof value);
    at_ += sizeof value;
    return value;
  }

  uint64_t uleb() {
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto byte = fixed<uint8_t>();
      if (shift < 64) value |= uint64_t{byte & 0x7fU} << shift;
      if ((byte & 0x80U) == 0) return value;
    }
  }

  int64_t sleb() {
    uint64_t value = 0;
    for (unsigned shift = 0;;) {
      const auto byte = fixed<uint8_t>();
      if (shift < 64) value |= uint64_t{byte & 0x7fU} << shift;
      shift += 7;
      if ((byte & 0x80U) != 0) continue;
      if (shift < 64 && (byte & 0x40U) != 0) value |= ~uint64_t{0} << shift;
      return static_cast<int64_t>(value);
    }
  }

  // The next bytes, and goes on behind them.
  std::span<const uint8_t> take(uint64_t length) {
    if (length > left()) {
      fail();
      return {};
    }
    const auto taken = bytes_.subspan(at_, length);
    at_ += length;
    return taken;
  }

  // A text that ends with a 0.
  std::string_view text() {
    const char* at = reinterpret_cast<const char*>(bytes_.data()) + at_;
    const size_t length = ::strnlen(at, left());
    if (length == left()) {
      fail();
      return {};
    }
    at_ += length + 1;
    return {at, length};
  }

  // Goes to a place in the bytes.
  void seek(uint64_t position) {
    if (position > bytes_.size()) {
      fail();
    } else {
      at_ = position;
    }
  }

  // Gives the rest up.
  void fail() {
    failed_ = true;
    at_ = bytes_.size();
  }

 private:
  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace pyspy
