// SPDX-License-Identifier: MIT
#include "cpython/objects.h"

#include <gtest/gtest.h>

#include "cpython/fake_debug_offsets.h"
#include "cpython/fake_objects.h"

namespace pyspy {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";
constexpr char kEllipsis[] = "\xE2\x80\xA6";

// Every test runs on the layout of each version, 3.9 to 3.15.
class Objects : public testing::TestWithParam<uint32_t> {
 protected:
  FakeMemory memory_;
  Layout layout_ = fake_layout(GetParam());
  FakeObjects fake_{memory_, layout_};
  ObjectReader objects_{memory_, layout_};

  // Code units as they lie in memory.
  template <typename T>
  static std::string units(std::initializer_list<T> values) {
    std::string text;
    for (T value : values) text.append(reinterpret_cast<const char*>(&value), sizeof value);
    return text;
  }
};

TEST_P(Objects, StringsOfEachKind) {
  EXPECT_EQ(objects_.string(fake_.string("hello"), 100), "hello");
  EXPECT_EQ(objects_.string(fake_.string(""), 100), "");
  EXPECT_EQ(objects_.string(fake_.string("h\xE9llo", 1, false), 100), "h\xC3\xA9llo");
  EXPECT_EQ(objects_.string(fake_.string(units<uint16_t>({0x4F60, 0x416}), 2, false), 100),
            "\xE4\xBD\xA0\xD0\x96");
  EXPECT_EQ(objects_.string(fake_.string(units<uint32_t>({0x1F40D, 'x'}), 4, false), 100),
            "\xF0\x9F\x90\x8Dx");
  EXPECT_EQ(objects_.string(fake_.string(std::string(1000, 'y')), 1000), std::string(1000, 'y'));
}

TEST_P(Objects, StringsAreAlwaysValidUtf8) {
  const std::string replaced = std::string("a") + kReplacement + kReplacement;
  EXPECT_EQ(objects_.string(fake_.string(units<uint16_t>({'a', 0xD83D, 0xDC0D}), 2, false), 9),
            replaced);
  EXPECT_EQ(objects_.string(fake_.string(units<uint32_t>({'a', 0xDC00, 0x110000}), 4, false), 9),
            replaced);
  EXPECT_EQ(objects_.string(fake_.string("a\xFF\x80"), 9), replaced);
  EXPECT_EQ(objects_.string(fake_.string(std::string("a\0b", 3)), 9), std::string("a\0b", 3));
}

TEST_P(Objects, LongStringsAreCut) {
  const Address string = fake_.string("0123456789");
  EXPECT_EQ(objects_.string(string, 10), "0123456789");
  EXPECT_EQ(objects_.string(string, 9), std::string("012345678") + kEllipsis);
  EXPECT_EQ(objects_.string(string, 0), kEllipsis);
  EXPECT_EQ(objects_.string(fake_.string(units<uint16_t>({0x4F60, 0x416}), 2, false), 1),
            std::string("\xE4\xBD\xA0") + kEllipsis);
}

TEST_P(Objects, StringsOfSubclassesKeepTheirTextElsewhere) {
  const auto data = static_cast<size_t>(layout_.string_compact_data);
  const Address type = fake_.type(kTypeIsString | kTypeIsHeapType | FakeObjects::kReady);
  const Address string = fake_.object(type, data + 8);
  fake_.set_string(string, 3, 1, false, true);
  EXPECT_FALSE(objects_.string(string, 10));
  const Address text = memory_.map(3);
  memory_.put_bytes(text, {reinterpret_cast<const uint8_t*>("sub"), 3});
  memory_.put<Address>(string + data, text);
  EXPECT_EQ(objects_.string(string, 10), "sub");
}

TEST_P(Objects, StringsThatMakeNoSenseAreNothing) {
  const Address string = fake_.string("hello");
  for (const uint64_t length : {uint64_t{1} << 63U, ~uint64_t{0}, uint64_t{1} << 41U}) {
    fake_.set_string(string, length, 1, true, true);
    EXPECT_FALSE(objects_.string(string, 100)) << length;
  }
  // Its end is not mapped; a part of it is.
  fake_.set_string(string, 1U << 30U, 1, true, true);
  EXPECT_FALSE(objects_.string(string, 1U << 30U));
  EXPECT_EQ(objects_.string(string, 5), std::string("hello") + kEllipsis);
  for (const unsigned kind : {0U, 3U, 5U, 6U, 7U}) {
    fake_.set_string(string, 5, kind, true, true);
    EXPECT_FALSE(objects_.string(string, 100)) << kind;
  }
  fake_.set_string(string, 5, 1, false, false);
  EXPECT_FALSE(objects_.string(string, 100));
  EXPECT_FALSE(objects_.string(0, 100));
  EXPECT_FALSE(objects_.string(1, 100));
  EXPECT_FALSE(objects_.string(~Address{0}, 100));
  EXPECT_FALSE(objects_.string(string + 4, 100));
}

TEST_P(Objects, AreOnlyWhatTheirTypeSays) {
  const Address string = fake_.string("hello");
  const Address bytes = fake_.bytes("hello");
  const Address integer = fake_.integer({5});
  const Address tuple = fake_.tuple({string});
  const Address dict = fake_.dict(fake_.keys({}));
  std::vector<ObjectReader::Entry> entries;
  for (const Address object : {string, bytes, integer, tuple, dict}) {
    EXPECT_EQ(objects_.string(object, 9).has_value(), object == string);
    EXPECT_EQ(objects_.bytes(object, 9).has_value(), object == bytes);
    EXPECT_EQ(objects_.integer(object).has_value(), object == integer);
    EXPECT_EQ(objects_.tuple_items(object, 9).has_value(), object == tuple);
    EXPECT_EQ(objects_.dict_entries(object, entries), object == dict);
  }
  EXPECT_EQ(objects_.type_flags(string), kTypeIsString | FakeObjects::kReady);
  EXPECT_EQ(objects_.type_flags(8), 0U);
  memory_.put<Address>(string + layout_.object_type, 0x7777'0000'0000);
  EXPECT_FALSE(objects_.string(string, 9));
}

TEST_P(Objects, HeapTypesAreLookedAtEachTime) {
  const Address type = fake_.type(FakeObjects::kReady | kTypeIsHeapType | kTypeIsBytes);
  const Address object = fake_.object(type, 64);
  EXPECT_NE(objects_.type_flags(object) & kTypeIsBytes, 0U);
  memory_.put<uint64_t>(type + layout_.type_flags, FakeObjects::kReady | kTypeIsHeapType);
  EXPECT_EQ(objects_.type_flags(object) & kTypeIsBytes, 0U);
}

TEST_P(Objects, StringsTakeOneReadOnceTheTypeIsKnown) {
  std::string text(40, 'x');
  const Address padded = fake_.object(fake_.string_type, 512);
  fake_.set_string(padded, 40, 1, true, true);
  memory_.put_bytes(padded + layout_.string_ascii_data,
                    {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  ASSERT_EQ(objects_.string(padded, 100), text);
  const uint64_t before = memory_.reads();
  ASSERT_EQ(objects_.string(padded, 100), text);
  EXPECT_EQ(memory_.reads() - before, 1U);
}

TEST_P(Objects, Bytes) {
  bool truncated = true;
  const Address bytes = fake_.bytes("abcdef");
  EXPECT_EQ(objects_.bytes(bytes, 6, &truncated),
            (std::vector<uint8_t>{'a', 'b', 'c', 'd', 'e', 'f'}));
  EXPECT_FALSE(truncated);
  EXPECT_EQ(objects_.bytes(bytes, 2, &truncated), (std::vector<uint8_t>{'a', 'b'}));
  EXPECT_TRUE(truncated);
  EXPECT_EQ(objects_.bytes(fake_.bytes(""), 9)->size(), 0U);
  EXPECT_EQ(objects_.bytes(fake_.bytes(std::string(5000, 'z')), 5000)->size(), 5000U);
  memory_.put<uint64_t>(bytes + layout_.bytes_size, uint64_t{1} << 63U);
  EXPECT_FALSE(objects_.bytes(bytes, 2));
  memory_.put<uint64_t>(bytes + layout_.bytes_size, uint64_t{1} << 35U);
  EXPECT_FALSE(objects_.bytes(bytes, ~size_t{0}));
}

TEST_P(Objects, Integers) {
  constexpr uint32_t kDigit = (1U << 30U) - 1;
  EXPECT_EQ(objects_.integer(fake_.integer({})), 0);
  EXPECT_EQ(objects_.integer(fake_.integer({7})), 7);
  EXPECT_EQ(objects_.integer(fake_.integer({7}, true)), -7);
  EXPECT_EQ(objects_.integer(fake_.integer({1, 2})), (int64_t{2} << 30U) + 1);
  EXPECT_EQ(objects_.integer(fake_.integer({kDigit, kDigit, 7})), INT64_MAX);
  EXPECT_EQ(objects_.integer(fake_.integer({0, 0, 8}, true)), INT64_MIN);
  EXPECT_FALSE(objects_.integer(fake_.integer({0, 0, 8})));
  EXPECT_FALSE(objects_.integer(fake_.integer({1, 0, 8}, true)));
  EXPECT_FALSE(objects_.integer(fake_.integer({0, 0, 16})));
  EXPECT_FALSE(objects_.integer(fake_.integer({0, 0, 0xFFFFFFFF})));
  EXPECT_FALSE(objects_.integer(fake_.integer({0, 0, 0, 1})));
  const Address integer = fake_.integer({1});
  for (const int64_t size : {INT64_MIN, INT64_MAX, int64_t{-1} << 40}) {
    memory_.put<int64_t>(integer + layout_.long_size, size);
    const std::optional<int64_t> value = objects_.integer(integer);
    EXPECT_TRUE(!value || (layout_.has_long_tag() && *value == 0)) << size;
  }
}

TEST_P(Objects, Tuples) {
  const Address tuple = fake_.tuple({11, 22, 33});
  EXPECT_EQ(objects_.tuple_items(tuple, 9), (std::vector<Address>{11, 22, 33}));
  EXPECT_EQ(objects_.tuple_items(tuple, 1), (std::vector<Address>{11}));
  EXPECT_EQ(objects_.tuple_items(fake_.tuple({}), 9)->size(), 0U);
  EXPECT_EQ(objects_.tuple_items(fake_.tuple(std::vector<Address>(500, 1)), 500)->size(), 500U);
  memory_.put<uint64_t>(tuple + layout_.tuple_size, uint64_t{1} << 39U);
  EXPECT_FALSE(objects_.tuple_items(tuple, ~size_t{0}));
  memory_.put<uint64_t>(tuple + layout_.tuple_size, ~uint64_t{0});
  EXPECT_FALSE(objects_.tuple_items(tuple, 1));
}

INSTANTIATE_TEST_SUITE_P(Versions, Objects, testing::Range(3U, 16U),
                         [](const auto& test) { return "v3_" + std::to_string(test.param); });

}  // namespace
}  // namespace pyspy
