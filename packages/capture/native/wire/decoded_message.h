// SPDX-License-Identifier: MIT
//
// For tests only.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace pyspy {

// A protobuf message taken apart without its schema: what ProtoBuffer put together, decoded by
// other code.
class DecodedMessage {
 public:
  struct Field {
    uint32_t number = 0;
    uint64_t value = 0;          // of a varint or a fixed number
    std::vector<uint8_t> bytes;  // of all others
  };

  DecodedMessage() = default;
  explicit DecodedMessage(std::span<const uint8_t> bytes) {
    while (valid_ && !bytes.empty()) valid_ = take_field(bytes);
  }

  bool valid() const { return valid_; }
  const std::vector<Field>& fields() const { return fields_; }

  bool has(uint32_t number) const { return find(number) != nullptr; }
  uint64_t number(uint32_t number) const {
    const Field* field = find(number);
    return field == nullptr ? 0 : field->value;
  }
  std::string text(uint32_t number) const {
    const Field* field = find(number);
    return field == nullptr ? "" : std::string(field->bytes.begin(), field->bytes.end());
  }
  DecodedMessage message(uint32_t number) const {
    const Field* field = find(number);
    return field == nullptr ? DecodedMessage() : DecodedMessage(field->bytes);
  }
  std::vector<std::string> texts(uint32_t number) const {
    std::vector<std::string> found;
    for (const Field& field : fields_) {
      if (field.number == number) found.emplace_back(field.bytes.begin(), field.bytes.end());
    }
    return found;
  }
  std::vector<DecodedMessage> messages(uint32_t number) const {
    std::vector<DecodedMessage> found;
    for (const Field& field : fields_) {
      if (field.number == number) found.emplace_back(field.bytes);
    }
    return found;
  }

  // A packed column.
  std::vector<uint64_t> packed(uint32_t number) const {
    std::vector<uint64_t> values;
    const Field* field = find(number);
    if (field == nullptr) return values;
    std::span<const uint8_t> rest = field->bytes;
    uint64_t value = 0;
    while (!rest.empty() && take_varint(rest, value)) values.push_back(value);
    return values;
  }
  std::vector<int64_t> packed_sint(uint32_t number) const {
    std::vector<int64_t> values;
    for (const uint64_t value : packed(number)) values.push_back(from_zigzag(value));
    return values;
  }
  static int64_t from_zigzag(uint64_t value) {
    return static_cast<int64_t>(value >> 1U) ^ -static_cast<int64_t>(value & 1U);
  }

 private:
  const Field* find(uint32_t number) const {
    for (const Field& field : fields_) {
      if (field.number == number) return &field;
    }
    return nullptr;
  }

  static bool take_varint(std::span<const uint8_t>& bytes, uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
      const uint8_t byte = bytes[0];
      bytes = bytes.subspan(1);
      value |= uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  bool take_field(std::span<const uint8_t>& bytes) {
    uint64_t tag = 0;
    if (!take_varint(bytes, tag)) return false;
    Field field;
    field.number = static_cast<uint32_t>(tag >> 3U);
    const uint64_t type = tag & 7U;
    uint64_t length = 0;
    if (type == 0) {
      if (!take_varint(bytes, field.value)) return false;
    } else if (type == 1 || type == 5) {
      length = type == 1 ? 8 : 4;
      if (bytes.size() < length) return false;
      field.value = type == 1 ? load<uint64_t>(bytes.data()) : load<uint32_t>(bytes.data());
    } else if (type != 2 || !take_varint(bytes, length) || bytes.size() < length) {
      return false;
    }
    if (type == 2)
      field.bytes.assign(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(length));
    bytes = bytes.subspan(length);
    fields_.push_back(std::move(field));
    return true;
  }

  std::vector<Field> fields_;
  bool valid_ = true;
};

}  // namespace pyspy
