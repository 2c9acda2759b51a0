// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/utf8.h"

namespace pyspy {

// Appends protobuf fields to a buffer. It knows the wire format and nothing of the schema: field
// numbers come from wire/pspy_fields.h. As in proto3, scalars that are 0 are left out.
class ProtoBuffer {
 public:
  void clear() { bytes_.clear(); }
  bool empty() const { return bytes_.empty(); }
  std::span<const uint8_t> bytes() const { return bytes_; }

  void add_uint(uint32_t field, uint64_t value) {
    if (value == 0) return;
    tag(field, kVarint);
    varint(value);
  }
  void add_sint(uint32_t field, int64_t value) { add_uint(field, zigzag(value)); }
  void add_double(uint32_t field, double value);
  void add_fixed32(uint32_t field, uint32_t value);
  void add_fixed64(uint32_t field, uint64_t value);

  // Adds a string or bytes; empty ones too, since a table entry takes an id.
  void add_entry(uint32_t field, std::string_view text);
  void add_entry(uint32_t field, std::span<const uint8_t> bytes);
  // Adds a string, which is left out when empty, and has to be UTF-8: what is not is replaced.
  void add_text(uint32_t field, std::string_view text) {
    if (!text.empty()) add_entry(field, std::string_view(valid_utf8(text)));
  }
  void add_message(uint32_t field, const ProtoBuffer& message) {
    add_entry(field, message.bytes());
  }

  // Adds fields that are encoded already.
  void append(const ProtoBuffer& fields) {
    bytes_.insert(bytes_.end(), fields.bytes_.begin(), fields.bytes_.end());
  }

  // Packed columns.
  void add_packed(uint32_t field, std::span<const uint32_t> values);
  void add_packed_sint(uint32_t field, std::span<const int32_t> values);
  void add_packed_long(uint32_t field, std::span<const uint64_t> values);

 private:
  enum WireType : uint32_t { kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5 };

  static uint64_t zigzag(int64_t value) {
    return (static_cast<uint64_t>(value) << 1U) ^ static_cast<uint64_t>(value >> 63U);
  }
  static size_t varint_size(uint64_t value);
  void tag(uint32_t field, WireType type) { varint(field << 3U | type); }
  void varint(uint64_t value);
  template <typename T, typename Encode>
  void packed(uint32_t field, std::span<const T> values, Encode encode);

  std::vector<uint8_t> bytes_;
};

}  // namespace pyspy
