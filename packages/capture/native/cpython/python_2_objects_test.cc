// SPDX-License-Identifier: MIT
//
// Objects of CPython 2.3 to 2.7, as its headers have them: Include/stringobject.h, unicodeobject.h,
// intobject.h, dictobject.h, object.h. Of 2.7 the version tests have a real interpreter.
#include <gtest/gtest.h>

#include "cpython/objects.h"
#include "cpython/thread_names.h"
#include "process/fake_memory.h"

namespace pyspy {
namespace {

class Python2 : public testing::TestWithParam<uint32_t> {
 protected:
  FakeMemory memory_;
  Layout layout_ = *layout_from_table(2, GetParam());
  ObjectReader objects_{memory_, layout_};
  bool has_flags_ = layout_.has_kind_flags();
  Address str_type_ = type("str", kTypeIsBytes);
  Address unicode_type_ = type("unicode", kTypeIsString);
  Address int_type_ = type("int", kTypeIsInt);
  Address dict_type_ = type("dict", kTypeIsDict);

  Address text(std::string_view characters) {
    const Address address = memory_.map(characters.size() + 8);
    memory_.put_bytes(address,
                      {reinterpret_cast<const uint8_t*>(characters.data()), characters.size()});
    return address;
  }

  // Before 2.6 the flags do not tell of what kind its instances are.
  Address type(const char* name, uint64_t kind, int64_t dict_offset = 0) {
    const Address type = memory_.map(512);
    memory_.put<Address>(type + layout_.type_name, text(name));
    memory_.put<uint64_t>(type + layout_.type_flags, (1U << 12U) | (has_flags_ ? kind : 0));
    memory_.put<int64_t>(type + layout_.type_dict_offset, dict_offset);
    return type;
  }

  Address object(Address type, size_t size) {
    const Address object = memory_.map(size);
    memory_.put<Address>(object + 8, type);
    return object;
  }

  // Up to 2.4 lengths are ints, and what lies behind them is whatever was there.
  void put_length(Address at, uint64_t length) {
    memory_.put<uint64_t>(at, length);
    if (!layout_.has_wide_lengths()) memory_.put<uint32_t>(at + 4, 0xDEADBEEF);
  }

  Address str(std::string_view characters) {
    const Address str = object(str_type_, 36 + characters.size() + 1);
    put_length(str + 16, characters.size());
    memory_.put_bytes(str + 36,
                      {reinterpret_cast<const uint8_t*>(characters.data()), characters.size()});
    return str;
  }

  template <typename Unit>
  Address unicode(const std::vector<Unit>& units) {
    const Address unicode = object(unicode_type_, 56);
    put_length(unicode + 16, units.size());
    const Address data = memory_.map((units.size() + 1) * sizeof(Unit));
    for (size_t i = 0; i < units.size(); ++i) memory_.put<Unit>(data + i * sizeof(Unit), units[i]);
    memory_.put<Address>(unicode + 24, data);
    return unicode;
  }

  Address integer(int64_t value) {
    const Address integer = object(int_type_, 24);
    memory_.put<int64_t>(integer + 16, value);
    return integer;
  }

  Address dict(const std::vector<ObjectReader::Entry>& entries) {
    const Address dict = object(dict_type_, 280);
    const Address table = memory_.map(8 * 24);
    const bool wide = layout_.has_wide_lengths();
    put_length(dict + (wide ? 32 : 24), 7);
    memory_.put<Address>(dict + (wide ? 40 : 32), table);
    for (size_t i = 0; i < entries.size(); ++i) {
      const Address entry = table + (2 * i + 1) * 24;  // with holes between them
      memory_.put<Address>(entry + 8, entries[i].key);
      memory_.put<Address>(entry + 16, entries[i].value);
    }
    return dict;
  }

  Address with_dict(const char* type_name, Address dict) {
    const Address owner = object(type(type_name, 0, 16), 24);
    memory_.put<Address>(owner + 16, dict);
    return owner;
  }
};

TEST_P(Python2, TextIsBytesOrCharacters) {
  EXPECT_EQ(objects_.string(str("work"), 100), "work");
  EXPECT_EQ(objects_.string(str("gr\xC3\xBC\xC3\x9F"
                                "e"),
                            100),
            "gr\xC3\xBC\xC3\x9F"
            "e");
  EXPECT_EQ(objects_.string(str("latin \xFC"), 100), "latin \xEF\xBF\xBD");
  EXPECT_EQ(objects_.string(unicode<uint32_t>({'a', 0x4E2D}), 100), "a\xE4\xB8\xAD");
  EXPECT_EQ(objects_.string(unicode<uint16_t>({'a', 'b', 0x4E2D}), 100), "ab\xE4\xB8\xAD");
  EXPECT_FALSE(objects_.string(integer(1), 100));
}

TEST_P(Python2, Integers) {
  EXPECT_EQ(objects_.integer(integer(140'000'000'000'000)), 140'000'000'000'000);
  EXPECT_EQ(objects_.integer(integer(-1)), -1);
  EXPECT_FALSE(objects_.integer(str("1")));
}

TEST_P(Python2, DictsAreTables) {
  const Address value = integer(1);
  const Address table = dict({{str("hexversion"), value}, {str("modules"), integer(2)}});
  EXPECT_EQ(objects_.dict_value(table, "hexversion"), value);
  EXPECT_EQ(objects_.dict_value(table, "version"), 0U);
  memory_.put<uint64_t>(table + (layout_.has_wide_lengths() ? 32 : 24), 6);  // no mask
  EXPECT_EQ(objects_.dict_value(table, "hexversion"), 0U);
}

TEST_P(Python2, NamesOfThreads) {
  const Address thread = with_dict("Thread", dict({{str("_Thread__name"), str("worker-1")}}));
  const Address active = dict({{integer(4711), thread}});
  const Address threading = with_dict("module", dict({{str("_active"), active}}));
  const Address interp = memory_.map(256);
  memory_.put<Address>(interp + layout_.interp_modules, dict({{str("threading"), threading}}));
  ThreadNames names(objects_);
  EXPECT_TRUE(names.refresh(interp));
  ASSERT_NE(names.name(4711), nullptr);
  EXPECT_EQ(*names.name(4711), "worker-1");
}

INSTANTIATE_TEST_SUITE_P(Versions, Python2, testing::Range(3U, 8U),
                         [](const auto& test) { return "v2_" + std::to_string(test.param); });

}  // namespace
}  // namespace pyspy
