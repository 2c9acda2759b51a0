// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "cpython/layout.h"
#include "process/remote_memory.h"

namespace pyspy {

// Bits of tp_flags: Include/object.h.
inline constexpr uint64_t kTypeHasInlineValues = 1U << 2U;  // 3.13+
inline constexpr uint64_t kTypeHasManagedDict = 1U << 4U;   // 3.11+
inline constexpr uint64_t kTypeIsHeapType = 1U << 9U;
inline constexpr uint64_t kTypeIsInt = 1U << 23U;  // 2.x
inline constexpr uint64_t kTypeIsLong = 1U << 24U;
inline constexpr uint64_t kTypeIsList = 1U << 25U;
inline constexpr uint64_t kTypeIsTuple = 1U << 26U;
inline constexpr uint64_t kTypeIsBytes = 1U << 27U;   // in 2.x: str
inline constexpr uint64_t kTypeIsString = 1U << 28U;  // in 2.x: unicode
inline constexpr uint64_t kTypeIsDict = 1U << 29U;
inline constexpr uint64_t kTypeIsException = 1U << 30U;
inline constexpr uint64_t kTypeIsType = 1U << 31U;

// Reads values of Python objects in the target, which runs on meanwhile: an object may be gone, or
// half changed. So each one is taken for what its type says it is (tp_flags), no length is believed
// beyond a limit, and whatever cannot be read is nothing. No code of the target is run.
class ObjectReader {
 public:
  struct Entry {
    Address key = 0;
    Address value = 0;
  };

  // More entries than this of a dict are not looked at.
  static constexpr size_t kMostEntries = 65'536;

  // Both must outlive the reader.
  ObjectReader(RemoteMemory& memory, const Layout& layout) : memory_(memory), layout_(layout) {}
  ObjectReader(const ObjectReader&) = delete;
  ObjectReader& operator=(const ObjectReader&) = delete;

  RemoteMemory& memory() { return memory_; }
  const Layout& layout() const { return layout_; }

  // tp_flags of the type of an object; 0 where they cannot be read.
  uint64_t type_flags(Address object);

  // A str as valid UTF-8: surrogates become U+FFFD; what exceeds `max_length` code points is cut
  // and "…" put in its place.
  std::optional<std::string> string(Address object, size_t max_length);

  // The first `max_length` bytes of a bytes object; *truncated says whether there are more.
  std::optional<std::vector<uint8_t>> bytes(Address object, size_t max_length,
                                            bool* truncated = nullptr);

  // An int or bool that fits.
  std::optional<int64_t> integer(Address object);

  // The first `max_count` items of a tuple.
  std::optional<std::vector<Address>> tuple_items(Address object, size_t max_count);

  // The entries of a dict in insertion order. False where it cannot be read as a whole (but for
  // kMostEntries); `entries` is then empty.
  bool dict_entries(Address dict, std::vector<Entry>& entries);

  // Calls visit(key, value) for the entries of a dict until it returns false. False where the dict
  // cannot be read.
  template <typename Visit>
  bool for_each_entry(Address dict, Visit visit) {
    std::vector<Entry> entries;
    if (!dict_entries(dict, entries)) return false;
    for (const Entry& entry : entries) {
      if (!visit(entry.key, entry.value)) break;
    }
    return true;
  }

  // The value for a key that is an ASCII str; 0 where there is none.
  Address dict_value(Address dict, std::string_view key);

  // An attribute out of the instance's own __dict__, whatever form that has; its class is not
  // searched. 0 where there is none.
  Address attribute(Address instance, std::string_view name);

 private:
  // What an object begins with, from one read.
  struct Head {
    std::array<uint8_t, 320> bytes;
    size_t size = 0;

    template <typename T>
    T load(int32_t offset) const {
      return load_or_zero<T>({bytes.data(), size}, static_cast<size_t>(offset));
    }
  };

  // What of a type says where its instances keep their attributes.
  struct TypeShape {
    uint64_t flags = 0;
    uint64_t basic_size = 0;
    int64_t dict_offset = 0;
    Address cached_keys = 0;
  };

  // tp_flags of a static type, which stays where it is; a heap type's address may be reused.
  struct StaticType {
    Address type = 0;
    uint64_t flags = 0;
  };
  static constexpr size_t kStaticTypes = 32;

  bool read_head(Address object, size_t needed, size_t wanted, Head& head);
  bool is_a(const Head& head, uint64_t flag);
  const uint8_t* contents(Address object, const Head& head, size_t offset, size_t length);
  const uint8_t* copy(Address address, size_t length);
  uint64_t flags_of_type(Address type);
  uint64_t kind_by_name(Address name);
  uint64_t length_in(const Head& head, int32_t offset) const;
  std::optional<std::string> string_of_python_2(Address object, size_t max_length);

  static void add_entries(const uint8_t* data, size_t count, size_t entry_size, size_t key_offset,
                          std::vector<Entry>& entries);
  bool read_table(const Head& dict, std::vector<Entry>& entries);
  bool read_keys(Address keys, std::vector<Entry>& entries);
  bool fill_values(Address values, std::vector<Entry>& entries);
  bool is_text(std::span<const uint8_t> head, std::string_view text);
  Address find_key(const std::vector<Entry>& entries, std::string_view key);
  bool is_key(Address object, std::string_view key);
  void remember_key(Address object, std::string_view key);
  bool read_type(Address type, TypeShape& shape);
  Address managed_attribute(Address instance, const TypeShape& type, std::string_view name);

  // Where a key was found last: names are interned, so that all dicts have the same str for it.
  struct KnownKey {
    std::string text;
    Address object = 0;
  };
  static constexpr size_t kMostKnownKeys = 32;

  RemoteMemory& memory_;
  const Layout& layout_;
  std::vector<KnownKey> known_keys_;
  std::array<StaticType, kStaticTypes> static_types_;
  ReadPlan plan_;
  std::vector<uint8_t> scratch_;
};

}  // namespace pyspy
