// SPDX-License-Identifier: MIT
#include "wire/proto_buffer.h"

#include <bit>

namespace pyspy {

size_t ProtoBuffer::varint_size(uint64_t value) {
  return static_cast<size_t>(std::bit_width(value | 1U) + 6) / 7;
}

void ProtoBuffer::varint(uint64_t value) {
  while (value >= 0x80) {
    bytes_.push_back(static_cast<uint8_t>(value | 0x80U));
    value >>= 7U;
  }
  bytes_.push_back(static_cast<uint8_t>(value));
}

void ProtoBuffer::add_fixed32(uint32_t field, uint32_t value) {
  tag(field, kFixed32);
  for (int shift = 0; shift < 32; shift += 8)
    bytes_.push_back(static_cast<uint8_t>(value >> shift));
}

void ProtoBuffer::add_fixed64(uint32_t field, uint64_t value) {
  tag(field, kFixed64);
  for (int shift = 0; shift < 64; shift += 8)
    bytes_.push_back(static_cast<uint8_t>(value >> shift));
}

void ProtoBuffer::add_double(uint32_t field, double value) {
  if (value != 0) add_fixed64(field, std::bit_cast<uint64_t>(value));
}

void ProtoBuffer::add_entry(uint32_t field, std::string_view text) {
  add_entry(field, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

void ProtoBuffer::add_entry(uint32_t field, std::span<const uint8_t> bytes) {
  tag(field, kLength);
  varint(bytes.size());
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

template <typename T, typename Encode>
void ProtoBuffer::packed(uint32_t field, std::span<const T> values, Encode encode) {
  if (values.empty()) return;
  size_t length = 0;
  for (const T value : values) length += varint_size(encode(value));
  tag(field, kLength);
  varint(length);
  for (const T value : values) varint(encode(value));
}

void ProtoBuffer::add_packed(uint32_t field, std::span<const uint32_t> values) {
  packed(field, values, [](uint32_t value) { return uint64_t{value}; });
}

void ProtoBuffer::add_packed_sint(uint32_t field, std::span<const int32_t> values) {
  packed(field, values, [](int32_t value) { return zigzag(value); });
}

void ProtoBuffer::add_packed_long(uint32_t field, std::span<const uint64_t> values) {
  packed(field, values, [](uint64_t value) { return value; });
}

}  // namespace pyspy
