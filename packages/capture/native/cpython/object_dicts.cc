// SPDX-License-Identifier: MIT
//
// Dicts, and the attributes of instances. Include/dictobject.h (2.x); Objects/dictobject.c (3.3 to
// 3.5), Objects/dict-common.h (3.6 to 3.10), Include/internal/pycore_dict.h (3.11+);
// Include/internal/pycore_object.h.
#include <algorithm>
#include <bit>
#include <utility>

#include "cpython/objects.h"

namespace pyspy {
namespace {

// PyDictObject of 2.x: ma_mask, one less than the entries, and ma_table. Up to 2.4 its counts are
// ints.
constexpr int32_t kTableMask = 32;
constexpr int32_t kTable = 40;
constexpr int32_t kNarrowTableMask = 24;
constexpr int32_t kNarrowTable = 32;

// struct _dictkeysobject, up to 3.10: dk_size, dk_nentries, dk_indices; up to 3.5 the entries are
// the slots of the table themselves.
constexpr size_t kOldKeysSize = 8;
constexpr size_t kOldKeysCount = 32;
constexpr size_t kOldKeysIndices = 40;
constexpr size_t kOldKeysSlots = 32;
constexpr size_t kOldEntrySize = 24;
constexpr size_t kOldEntryKey = 8;
// 3.11+: dk_log2_size, dk_log2_index_bytes, dk_kind, dk_nentries, dk_indices.
constexpr size_t kKeysLog2Size = 8;
constexpr size_t kKeysLog2IndexBytes = 9;
constexpr size_t kKeysKind = 10;
constexpr size_t kKeysCount = 24;
constexpr size_t kKeysIndices = 32;
// Kinds of keys: DICT_KEYS_GENERAL, with the hash in each entry; UNICODE and SPLIT without.
constexpr unsigned kGeneralKeys = 0;
constexpr unsigned kLastKindOfKeys = 2;
// A table of so many slots does not fit in memory.
constexpr uint64_t kLargestLog2Size = 40;

// struct _dictvalues, 3.13+: capacity, size, embedded, valid, then the values.
constexpr size_t kValuesHeader = 8;
constexpr size_t kValuesCapacity = 0;
constexpr size_t kValuesValid = 3;

// Keys that are compared after one read.
constexpr size_t kKeysAtOnce = 128;
// The header of a str and its text, for what is looked up.
constexpr size_t kLargestKey = 512;

// Where the entries of a keys object lie, and how they look.
struct KeysShape {
  uint64_t count = 0;
  uint64_t entries = 0;  // offset of the first
  size_t entry_size = 0;
  size_t key_offset = 0;  // in an entry; the value follows
};

// Objects/dictobject.c, DK_IXSIZE: a slot of the index is as wide as the size of the table needs.
uint64_t old_index_width(uint64_t size) {
  if (size <= 0xff) return 1;
  if (size <= 0xffff) return 2;
  return size <= 0xffffffff ? 4 : 8;
}

bool old_keys_shape(std::span<const uint8_t> head, bool has_index, KeysShape& shape) {
  const auto size = load_or_zero<uint64_t>(head, kOldKeysSize);
  if (!std::has_single_bit(size) || size >> kLargestLog2Size != 0) return false;
  shape.count = has_index ? load_or_zero<uint64_t>(head, kOldKeysCount) : size;
  shape.entries = has_index ? kOldKeysIndices + size * old_index_width(size) : kOldKeysSlots;
  shape.entry_size = kOldEntrySize;
  shape.key_offset = kOldEntryKey;
  return shape.count <= size;
}

bool new_keys_shape(std::span<const uint8_t> head, KeysShape& shape) {
  const unsigned log2_size = head[kKeysLog2Size];
  const unsigned log2_index_bytes = head[kKeysLog2IndexBytes];
  const unsigned kind = head[kKeysKind];
  if (log2_size > kLargestLog2Size || log2_index_bytes > kLargestLog2Size + 3 ||
      kind > kLastKindOfKeys) {
    return false;
  }
  shape.count = load_or_zero<uint64_t>(head, kKeysCount);
  shape.entries = kKeysIndices + (1ULL << log2_index_bytes);
  shape.entry_size = kind == kGeneralKeys ? 24 : 16;
  shape.key_offset = kind == kGeneralKeys ? 8 : 0;
  return shape.count <= 1ULL << log2_size;
}

}  // namespace

// The value of an entry follows its key.
void ObjectReader::add_entries(const uint8_t* data, size_t count, size_t entry_size,
                               size_t key_offset, std::vector<Entry>& entries) {
  entries.reserve(count);
  for (size_t i = 0; i < count; ++i, data += entry_size) {
    entries.push_back(
        {load<Address>(data + key_offset), load<Address>(data + key_offset + sizeof(Address))});
  }
}

// The entries of a keys object, those of deleted keys included. Values are 0 where the keys are
// shared between dicts.
bool ObjectReader::read_keys(Address keys, std::vector<Entry>& entries) {
  entries.clear();
  Head head;
  if (!read_head(keys, layout_.has_log2_dict_keys() ? kKeysIndices : kOldKeysIndices,
                 head.bytes.size(), head)) {
    return false;
  }
  KeysShape shape;
  const std::span<const uint8_t> start(head.bytes.data(), head.size);
  if (!(layout_.has_log2_dict_keys() ? new_keys_shape(start, shape)
                                     : old_keys_shape(start, layout_.has_dict_index(), shape))) {
    return false;
  }
  const auto count = std::min<size_t>(shape.count, kMostEntries);
  const uint8_t* data = contents(keys, head, shape.entries, count * shape.entry_size);
  if (data == nullptr) return false;
  add_entries(data, count, shape.entry_size, shape.key_offset, entries);
  return true;
}

// The entries of a dict of 2.x.
bool ObjectReader::read_table(const Head& dict, std::vector<Entry>& entries) {
  const bool wide = layout_.has_wide_lengths();
  const uint64_t mask = length_in(dict, wide ? kTableMask : kNarrowTableMask);
  if (!std::has_single_bit(mask + 1) || mask >> kLargestLog2Size != 0) return false;
  const auto count = std::min<size_t>(mask + 1, kMostEntries);
  const uint8_t* data =
      copy(dict.load<Address>(wide ? kTable : kNarrowTable), count * kOldEntrySize);
  if (data == nullptr) return false;
  add_entries(data, count, kOldEntrySize, kOldEntryKey, entries);
  return true;
}

// Gives entries of shared keys their values, which are in the same order.
bool ObjectReader::fill_values(Address values, std::vector<Entry>& entries) {
  const size_t header = layout_.has_values_header() ? kValuesHeader : 0;
  const uint8_t* data = copy(values, header + entries.size() * sizeof(Address));
  if (data == nullptr) return false;
  if (header != 0) {
    // Values that moved into a dict of their own are no longer valid.
    if (data[kValuesValid] == 0) return false;
    entries.resize(std::min<size_t>(entries.size(), data[kValuesCapacity]));
  }
  for (size_t i = 0; i < entries.size(); ++i) {
    entries[i].value = load<Address>(data + header + i * sizeof(Address));
  }
  return true;
}

bool ObjectReader::dict_entries(Address dict, std::vector<Entry>& entries) {
  entries.clear();
  Head head;
  const auto size = static_cast<size_t>(std::max(layout_.dict_keys, layout_.dict_values)) + 8;
  if (!read_head(dict, size, size, head) || !is_a(head, kTypeIsDict)) return false;
  bool readable = false;
  if (!layout_.has_dict_keys()) {
    readable = read_table(head, entries);
  } else {
    const auto values = head.load<Address>(layout_.dict_values);
    readable = read_keys(head.load<Address>(layout_.dict_keys), entries) &&
               (values == 0 || fill_values(values, entries));
  }
  if (!readable) {
    entries.clear();
    return false;
  }
  std::erase_if(entries, [](const Entry& entry) { return entry.key == 0 || entry.value == 0; });
  return true;
}

// Whether an object that begins with these bytes, which hold as much of its text, is this ASCII
// str.
bool ObjectReader::is_text(std::span<const uint8_t> head, std::string_view text) {
  constexpr uint32_t kCompactAscii = 1U | 8U | 16U;
  constexpr uint32_t kMask = 7U | 8U | 16U;
  const auto at = [](int32_t offset) { return static_cast<size_t>(offset); };
  if (layout_.is_python_2()) {
    const auto length = load_or_zero<uint64_t>(head, at(layout_.bytes_size));
    return (layout_.has_wide_lengths() ? length : static_cast<uint32_t>(length)) == text.size() &&
           std::equal(text.begin(), text.end(), head.last(text.size()).begin()) &&
           (flags_of_type(load_or_zero<Address>(head, at(layout_.object_type))) & kTypeIsBytes) !=
               0;
  }
  const uint32_t state =
      load_or_zero<uint32_t>(head, at(layout_.string_state)) >> layout_.string_kind_bit;
  return load_or_zero<uint64_t>(head, at(layout_.string_length)) == text.size() &&
         (state & kMask) == kCompactAscii &&
         std::equal(text.begin(), text.end(), head.last(text.size()).begin()) &&
         (flags_of_type(load_or_zero<Address>(head, at(layout_.object_type))) & kTypeIsString) != 0;
}

bool ObjectReader::is_key(Address object, std::string_view key) {
  std::array<uint8_t, kLargestKey> head;
  const size_t size = static_cast<size_t>(layout_.string_ascii_data) + key.size();
  return size <= head.size() && memory_.read(object, head.data(), size) &&
         is_text({head.data(), size}, key);
}

void ObjectReader::remember_key(Address object, std::string_view key) {
  for (KnownKey& known : known_keys_) {
    if (known.text == key) {
      known.object = object;
      return;
    }
  }
  if (known_keys_.size() < kMostKnownKeys) known_keys_.push_back({std::string(key), object});
}

// The value of the entry with this key. The target's hash of the key is not known (it is salted),
// so that keys are compared, many after one read. That still takes some 0.7 us for each, hence the
// keys that are known.
Address ObjectReader::find_key(const std::vector<Entry>& entries, std::string_view key) {
  const size_t size = static_cast<size_t>(layout_.string_ascii_data) + key.size();
  if (size > kLargestKey) return 0;
  for (const KnownKey& known : known_keys_) {
    if (known.text != key) continue;
    const auto entry = std::find_if(entries.begin(), entries.end(),
                                    [&](const Entry& e) { return e.key == known.object; });
    if (entry != entries.end() && is_key(entry->key, key)) return entry->value;
  }
  for (size_t first = 0; first < entries.size(); first += kKeysAtOnce) {
    const size_t last = std::min(first + kKeysAtOnce, entries.size());
    plan_.clear();
    for (size_t i = first; i < last; ++i) plan_.add(entries[i].key, size);
    const bool complete = memory_.read(plan_);
    for (size_t i = first; i < last; ++i) {
      // A key of another type, or a shorter one, may lie before memory that is not mapped.
      const bool same = complete ? is_text({plan_.at((i - first) * size), size}, key)
                                 : is_key(entries[i].key, key);
      if (!same) continue;
      remember_key(entries[i].key, key);
      return entries[i].value;
    }
  }
  return 0;
}

Address ObjectReader::dict_value(Address dict, std::string_view key) {
  std::vector<Entry> entries;
  return dict_entries(dict, entries) ? find_key(entries, key) : 0;
}

bool ObjectReader::read_type(Address type, TypeShape& shape) {
  Head head;
  const auto size = static_cast<size_t>(layout_.type_dict_offset) + 8;
  if (!read_head(type, size, size, head)) return false;
  shape.flags = head.load<uint64_t>(layout_.type_flags);
  shape.basic_size = head.load<uint64_t>(layout_.type_basic_size);
  shape.dict_offset = head.load<int64_t>(layout_.type_dict_offset);
  if ((shape.flags & kTypeIsHeapType) == 0 || layout_.type_cached_keys == Layout::kAbsent) {
    return true;
  }
  return memory_.read_value(type + layout_.type_cached_keys, shape.cached_keys);
}

// Py_TPFLAGS_MANAGED_DICT: attributes are a dict, or only the values for the names that the type
// keeps (ht_cached_keys). What says where they are lies before the object.
Address ObjectReader::managed_attribute(Address instance, const TypeShape& type,
                                        std::string_view name) {
  Address dict = 0;
  Address values = 0;
  if (!memory_.read_value(instance - layout_.managed_dict_before, dict)) return 0;
  if (layout_.managed_values_before != Layout::kAbsent) {
    // 3.11: a pointer for each.
    if (!memory_.read_value(instance - layout_.managed_values_before, values)) return 0;
  } else if (!layout_.has_values_header()) {
    // 3.12: one for both, less one if to values.
    if ((dict & 1U) != 0) values = std::exchange(dict, 0) + 1;
  } else if ((type.flags & kTypeHasInlineValues) != 0) {
    // 3.13+: the values follow the object.
    values = instance + type.basic_size;
  }
  if (dict != 0) return dict_value(dict, name);
  std::vector<Entry> entries;
  if (values == 0 || !read_keys(type.cached_keys, entries) || !fill_values(values, entries)) {
    return 0;
  }
  return find_key(entries, name);
}

Address ObjectReader::attribute(Address instance, std::string_view name) {
  constexpr int64_t kLargestDictOffset = 1U << 20U;
  Head head;
  const auto size = static_cast<size_t>(layout_.object_type) + 8;
  TypeShape type;
  if (!read_head(instance, size, size, head) ||
      !read_type(head.load<Address>(layout_.object_type), type)) {
    return 0;
  }
  if ((type.flags & kTypeHasManagedDict) != 0 && layout_.managed_dict_before != Layout::kAbsent) {
    return managed_attribute(instance, type, name);
  }
  // Negative ones count from the end of objects of variable size: int, tuple, type.
  Address dict = 0;
  if (type.dict_offset <= 0 || type.dict_offset > kLargestDictOffset ||
      !memory_.read_value(instance + static_cast<Address>(type.dict_offset), dict)) {
    return 0;
  }
  return dict_value(dict, name);
}

}  // namespace pyspy
