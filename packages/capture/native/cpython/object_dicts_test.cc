// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "cpython/fake_debug_offsets.h"
#include "cpython/fake_objects.h"
#include "cpython/objects.h"

namespace pyspy {
namespace {

using Entry = ObjectReader::Entry;

// Every test runs on the layout of each version, 3.9 to 3.15.
class ObjectDicts : public testing::TestWithParam<uint32_t> {
 protected:
  FakeMemory memory_;
  Layout layout_ = fake_layout(GetParam());
  FakeObjects fake_{memory_, layout_};
  ObjectReader objects_{memory_, layout_};
  Address x_ = fake_.string("x");
  Address name_ = fake_.string("_name");

  size_t count(Address dict) {
    size_t count = 0;
    objects_.for_each_entry(dict, [&](Address, Address) { return ++count != 0; });
    return count;
  }

  // What a class keeps of its instances' attributes: "x" and "_name".
  Address shared_keys() { return fake_.keys({{x_, 0}, {name_, 0}}, 2); }
};

TEST_P(ObjectDicts, GiveTheirEntriesInOrder) {
  for (const unsigned kind : {0U, 1U}) {
    const Address dict = fake_.dict(fake_.keys({{x_, 11}, {name_, 22}}, kind));
    std::vector<Entry> entries;
    ASSERT_TRUE(objects_.dict_entries(dict, entries));
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].key, x_);
    EXPECT_EQ(entries[0].value, 11U);
    EXPECT_EQ(entries[1].key, name_);
    EXPECT_EQ(entries[1].value, 22U);
    EXPECT_EQ(objects_.dict_value(dict, "x"), 11U);
    EXPECT_EQ(objects_.dict_value(dict, "_name"), 22U);
    EXPECT_EQ(objects_.dict_value(dict, "_nam"), 0U);
    EXPECT_EQ(objects_.dict_value(dict, ""), 0U);
    EXPECT_EQ(objects_.dict_value(dict, std::string(5000, 'x')), 0U);
  }
}

TEST_P(ObjectDicts, OfManyEntries) {
  // Sizes of the index of one, two and four bytes a slot.
  for (const size_t size : {0U, 1U, 5U, 100U, 171U, 300U, 20'000U, 50'000U}) {
    std::vector<Entry> entries(size, Entry{x_, 1});
    if (size != 0) entries.back() = {name_, 77};
    const Address dict = fake_.dict(fake_.keys(entries, 1));
    EXPECT_EQ(count(dict), size);
    EXPECT_EQ(objects_.dict_value(dict, "_name"), size != 0 ? 77U : 0U);
  }
  const Address dict =
      fake_.dict(fake_.keys(std::vector<Entry>(ObjectReader::kMostEntries + 9, Entry{x_, 1})));
  EXPECT_EQ(count(dict), ObjectReader::kMostEntries);
}

TEST_P(ObjectDicts, SkipWhatHasBeenDeleted) {
  const Address dict = fake_.dict(fake_.keys({{0, 0}, {x_, 0}, {name_, 3}}));
  EXPECT_EQ(count(dict), 1U);
  EXPECT_EQ(objects_.dict_value(dict, "x"), 0U);
  EXPECT_EQ(objects_.dict_value(dict, "_name"), 3U);
}

TEST_P(ObjectDicts, MayShareTheirKeys) {
  const Address keys = shared_keys();
  const Address one = fake_.dict(keys, fake_.values({5, 6}));
  const Address other = fake_.dict(keys, fake_.values({0, 7}));
  EXPECT_EQ(objects_.dict_value(one, "x"), 5U);
  EXPECT_EQ(objects_.dict_value(one, "_name"), 6U);
  EXPECT_EQ(objects_.dict_value(other, "x"), 0U);
  EXPECT_EQ(objects_.dict_value(other, "_name"), 7U);
  EXPECT_EQ(count(other), 1U);
}

TEST_P(ObjectDicts, MayHaveKeysThatAreNotStrings) {
  // A key of another type, one that is not mapped, and one that is shorter than what is read.
  const Address dict = fake_.dict(
      fake_.keys({{fake_.integer({1}), 1}, {0x6666'0000, 2}, {fake_.string(""), 3}, {name_, 4}}));
  EXPECT_EQ(objects_.dict_value(dict, "_name"), 4U);
  EXPECT_EQ(objects_.dict_value(dict, ""), 3U);
}

TEST_P(ObjectDicts, StopWhenTheVisitorHasSeenEnough) {
  const Address dict = fake_.dict(fake_.keys({{x_, 1}, {name_, 2}}));
  size_t visited = 0;
  EXPECT_TRUE(objects_.for_each_entry(dict, [&](Address, Address) { return ++visited < 1; }));
  EXPECT_EQ(visited, 1U);
}

TEST_P(ObjectDicts, ThatMakeNoSenseAreNothing) {
  const Address keys = fake_.keys({{x_, 1}});
  const Address dict = fake_.dict(keys);
  const Address count_at = keys + (layout_.has_log2_dict_keys() ? 24 : 32);
  for (const uint64_t entries : {uint64_t{1} << 63U, ~uint64_t{0}, uint64_t{9}}) {
    memory_.put<uint64_t>(count_at, entries);
    EXPECT_EQ(count(dict), 0U) << entries;
  }
  // As many as a huge table could have: what they would take is limited, and not mapped.
  memory_.put<uint64_t>(count_at, uint64_t{1} << 29U);
  if (layout_.has_log2_dict_keys()) {
    for (const unsigned log2_size : {30U, 63U, 64U, 255U}) {
      memory_.put<uint8_t>(keys + 8, static_cast<uint8_t>(log2_size));
      EXPECT_EQ(count(dict), 0U) << log2_size;
    }
    for (const unsigned log2_index_bytes : {30U, 63U, 64U, 255U}) {
      memory_.put<uint8_t>(keys + 8, 30);
      memory_.put<uint8_t>(keys + 9, static_cast<uint8_t>(log2_index_bytes));
      EXPECT_EQ(count(dict), 0U) << log2_index_bytes;
    }
  } else {
    for (const uint64_t size :
         {uint64_t{1} << 30U, uint64_t{1} << 63U, ~uint64_t{0}, uint64_t{0}, uint64_t{12}}) {
      memory_.put<uint64_t>(keys + 8, size);
      EXPECT_EQ(count(dict), 0U) << size;
    }
  }
  EXPECT_EQ(count(fake_.dict(0)), 0U);
  EXPECT_EQ(count(fake_.dict(~Address{0})), 0U);
  EXPECT_EQ(count(fake_.dict(fake_.keys({{x_, 1}}), 0x5555'0000)), 0U);
  EXPECT_FALSE(objects_.for_each_entry(0, [](Address, Address) { return true; }));
}

TEST_P(ObjectDicts, MayContainThemselves) {
  const Address keys = fake_.keys({{x_, 1}});
  const Address dict = fake_.dict(keys);
  const Address owner = fake_.with_dict(dict);
  memory_.put<Address>(dict + layout_.dict_keys, dict);
  count(dict);
  memory_.put<Address>(dict + layout_.dict_values, dict);
  count(dict);
  EXPECT_EQ(objects_.attribute(owner, "x"), 0U);
  EXPECT_EQ(objects_.attribute(fake_.with_dict(owner), "x"), 0U);
}

TEST_P(ObjectDicts, AttributesByTheOffsetOfTheType) {
  const Address dict = fake_.dict(fake_.keys({{x_, 11}, {name_, 22}}, 1));
  EXPECT_EQ(objects_.attribute(fake_.with_dict(dict), "_name"), 22U);
  EXPECT_EQ(objects_.attribute(fake_.with_dict(0), "_name"), 0U);
  for (const int64_t offset : {int64_t{0}, int64_t{-8}, INT64_MIN, INT64_MAX}) {
    const Address type = fake_.type(FakeObjects::kReady, 24, offset);
    EXPECT_EQ(objects_.attribute(fake_.object(type, 24), "_name"), 0U) << offset;
  }
  EXPECT_EQ(objects_.attribute(0, "_name"), 0U);
}

TEST_P(ObjectDicts, AttributesOfInstances) {
  if (layout_.managed_dict_before == Layout::kAbsent) GTEST_SKIP() << "before 3.11";
  uint64_t flags = FakeObjects::kReady | kTypeIsHeapType | kTypeHasManagedDict;
  if (layout_.has_values_header()) flags |= kTypeHasInlineValues;
  const Address type = fake_.type(flags, 16, -1, shared_keys());
  const Address object = fake_.object(type, 16 + fake_.values_size(2), 32);
  EXPECT_EQ(objects_.attribute(object, "_name"), 0U);

  if (layout_.has_values_header()) {
    fake_.put_values(object + 16, {5, 6});
  } else if (layout_.managed_values_before != Layout::kAbsent) {
    memory_.put<Address>(object - 32, fake_.values({5, 6}));
  } else {
    memory_.put<Address>(object - 24, fake_.values({5, 6}) - 1);
  }
  EXPECT_EQ(objects_.attribute(object, "x"), 5U);
  EXPECT_EQ(objects_.attribute(object, "_name"), 6U);
  EXPECT_EQ(objects_.attribute(object, "y"), 0U);

  memory_.put<Address>(object - 24, fake_.dict(fake_.keys({{name_, 9}}, 1)));
  EXPECT_EQ(objects_.attribute(object, "x"), 0U);
  EXPECT_EQ(objects_.attribute(object, "_name"), 9U);
}

TEST_P(ObjectDicts, ValuesThatAreNoLongerValid) {
  if (!layout_.has_values_header()) GTEST_SKIP() << "before 3.13";
  const Address values = fake_.values({5, 6});
  const Address dict = fake_.dict(shared_keys(), values);
  EXPECT_EQ(objects_.dict_value(dict, "_name"), 6U);
  memory_.put<uint8_t>(values, 1);  // capacity
  EXPECT_EQ(objects_.dict_value(dict, "x"), 5U);
  EXPECT_EQ(objects_.dict_value(dict, "_name"), 0U);
  memory_.put<uint8_t>(values + 3, 0);  // valid
  EXPECT_EQ(objects_.dict_value(dict, "x"), 0U);
}

INSTANTIATE_TEST_SUITE_P(Versions, ObjectDicts, testing::Range(6U, 16U),
                         [](const auto& test) { return "v3_" + std::to_string(test.param); });

}  // namespace
}  // namespace pyspy
