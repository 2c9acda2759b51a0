// SPDX-License-Identifier: MIT
//
// For tests only.
#pragma once

#include <string_view>
#include <vector>

#include "cpython/objects.h"
#include "process/fake_memory.h"

namespace pyspy {

// Writes Python objects of one version into a FakeMemory, each in a region of its own that ends
// where the object does.
class FakeObjects {
 public:
  using Entry = ObjectReader::Entry;

  FakeObjects(FakeMemory& memory, const Layout& layout) : memory_(memory), layout_(layout) {
    meta_type_ = memory_.map(kTypeSize);
    memory_.put<Address>(meta_type_ + layout_.object_type, meta_type_);
    memory_.put<uint64_t>(meta_type_ + layout_.type_flags, kReady | 1ULL << 31U);
    string_type = type(kReady | kTypeIsString);
    bytes_type = type(kReady | kTypeIsBytes);
    long_type = type(kReady | kTypeIsLong);
    tuple_type = type(kReady | kTypeIsTuple);
    dict_type = type(kReady | kTypeIsDict);
  }

  Address type(uint64_t flags, uint64_t basic_size = 16, int64_t dict_offset = 0,
               Address cached_keys = 0) {
    const Address type = object(meta_type_, kTypeSize);
    memory_.put<uint64_t>(type + layout_.type_flags, flags);
    memory_.put<uint64_t>(type + layout_.type_basic_size, basic_size);
    memory_.put<int64_t>(type + layout_.type_dict_offset, dict_offset);
    if (layout_.type_cached_keys != Layout::kAbsent) {
      memory_.put<Address>(type + layout_.type_cached_keys, cached_keys);
    }
    return type;
  }

  // An object with `before` bytes in front of it.
  Address object(Address type, size_t size, size_t before = 0) {
    const Address object = memory_.map(before + size) + before;
    memory_.put<Address>(object + layout_.object_type, type);
    return object;
  }

  // A compact str of code units of `kind` bytes.
  Address string(std::string_view units, unsigned kind = 1, bool ascii = true) {
    const int32_t data = ascii ? layout_.string_ascii_data : layout_.string_compact_data;
    const Address string = object(string_type, static_cast<size_t>(data) + units.size() + kind);
    set_string(string, units.size() / kind, kind, true, ascii);
    put_text(string + data, units);
    return string;
  }

  void set_string(Address string, uint64_t length, unsigned kind, bool compact, bool ascii) {
    const uint32_t state = kind | (compact ? 8U : 0U) | (ascii ? 16U : 0U);
    memory_.put<uint64_t>(string + layout_.string_length, length);
    memory_.put<uint32_t>(string + layout_.string_state, state << layout_.string_kind_bit);
  }

  Address bytes(std::string_view text) {
    const auto data = static_cast<size_t>(layout_.bytes_data);
    const Address bytes = object(bytes_type, data + text.size() + 1);
    memory_.put<uint64_t>(bytes + layout_.bytes_size, text.size());
    put_text(bytes + data, text);
    return bytes;
  }

  // An int of these digits of 30 bits. Like every small object it takes up a multiple of 16 bytes
  // (Objects/obmalloc.c).
  Address integer(const std::vector<uint32_t>& digits, bool negative = false) {
    const auto data = static_cast<size_t>(layout_.long_digits);
    const Address integer = object(long_type, (data + 4 * digits.size() + 15) & ~size_t{15});
    const auto count = static_cast<int64_t>(digits.size());
    int64_t size = negative ? -count : count;
    if (layout_.has_long_tag()) size = count << 3 | (count == 0 ? 1 : negative ? 2 : 0);
    memory_.put<int64_t>(integer + layout_.long_size, size);
    for (size_t i = 0; i < digits.size(); ++i) {
      memory_.put<uint32_t>(integer + data + 4 * i, digits[i]);
    }
    return integer;
  }

  Address tuple(const std::vector<Address>& items) {
    const auto data = static_cast<size_t>(layout_.tuple_items);
    const Address tuple = object(tuple_type, data + 8 * items.size());
    memory_.put<uint64_t>(tuple + layout_.tuple_size, items.size());
    for (size_t i = 0; i < items.size(); ++i) memory_.put<Address>(tuple + data + 8 * i, items[i]);
    return tuple;
  }

  // A keys object. `kind` (3.11+): 0 with hashes, 1 str only, 2 shared.
  Address keys(const std::vector<Entry>& entries, unsigned kind = 0) {
    unsigned log2_size = 3;
    while ((1ULL << log2_size) * 2 / 3 < entries.size()) ++log2_size;
    const uint64_t size = 1ULL << log2_size;
    const unsigned width = size <= 0xff ? 1 : size <= 0xffff ? 2 : 4;
    const bool log2_keys = layout_.has_log2_dict_keys();
    const size_t entry_size = log2_keys && kind != 0 ? 16 : 24;
    if (!layout_.has_dict_index()) return slots(entries, size);
    const size_t header = log2_keys ? 32 : 40;
    const Address keys = memory_.map(header + size * width + entry_size * entries.size());
    if (log2_keys) {
      unsigned log2_index_bytes = log2_size;
      while (1ULL << log2_index_bytes != size * width) ++log2_index_bytes;
      memory_.put<uint8_t>(keys + 8, static_cast<uint8_t>(log2_size));
      memory_.put<uint8_t>(keys + 9, static_cast<uint8_t>(log2_index_bytes));
      memory_.put<uint8_t>(keys + 10, static_cast<uint8_t>(kind));
      memory_.put<uint64_t>(keys + 24, entries.size());
    } else {
      memory_.put<uint64_t>(keys + 8, size);
      memory_.put<uint64_t>(keys + 32, entries.size());
    }
    Address at = keys + header + size * width;
    for (const Entry& entry : entries) {
      const Address key = at + entry_size - 16;
      memory_.put<Address>(key, entry.key);
      memory_.put<Address>(key + 8, entry.value);
      at += entry_size;
    }
    return keys;
  }

  // The same up to 3.5: the entries stand in the slots of the table.
  Address slots(const std::vector<Entry>& entries, uint64_t size) {
    constexpr size_t kHeader = 32;
    constexpr size_t kEntry = 24;
    const Address keys = memory_.map(kHeader + size * kEntry);
    memory_.put<uint64_t>(keys + 8, size);
    for (size_t i = 0; i < entries.size(); ++i) {
      memory_.put<Address>(keys + kHeader + i * kEntry + 8, entries[i].key);
      memory_.put<Address>(keys + kHeader + i * kEntry + 16, entries[i].value);
    }
    return keys;
  }

  // A values array as it lies in memory of its own; the address that a dict or an instance keeps.
  Address values(const std::vector<Address>& items) {
    const Address values = memory_.map(values_size(items.size()));
    put_values(values, items);
    return values;
  }

  size_t values_size(size_t count) const {
    return 8 * count + (layout_.has_values_header() ? 8 : 0);
  }

  void put_values(Address values, const std::vector<Address>& items) {
    if (layout_.has_values_header()) {
      memory_.put<uint8_t>(values, static_cast<uint8_t>(items.size()));
      memory_.put<uint8_t>(values + 3, 1);
      values += 8;
    }
    for (size_t i = 0; i < items.size(); ++i) memory_.put<Address>(values + 8 * i, items[i]);
  }

  Address dict(Address keys, Address values = 0) {
    const Address dict = object(dict_type, static_cast<size_t>(layout_.dict_values) + 8);
    memory_.put<Address>(dict + layout_.dict_keys, keys);
    memory_.put<Address>(dict + layout_.dict_values, values);
    return dict;
  }

  // An object whose type says (tp_dictoffset) that its dict is at 16, as a module's is.
  Address with_dict(Address dict) {
    if (dict_owner_type_ == 0) dict_owner_type_ = type(kReady, 24, 16);
    const Address owner = object(dict_owner_type_, 24);
    memory_.put<Address>(owner + 16, dict);
    return owner;
  }

  static constexpr uint64_t kReady = 1U << 12U;
  Address string_type = 0;
  Address bytes_type = 0;
  Address long_type = 0;
  Address tuple_type = 0;
  Address dict_type = 0;

 private:
  static constexpr size_t kTypeSize = 960;

  void put_text(Address at, std::string_view text) {
    memory_.put_bytes(at, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  }

  FakeMemory& memory_;
  const Layout& layout_;
  Address meta_type_ = 0;
  Address dict_owner_type_ = 0;
};

}  // namespace pyspy
