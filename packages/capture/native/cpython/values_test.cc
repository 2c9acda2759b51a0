// SPDX-License-Identifier: MIT
#include "cpython/values.h"

#include <gtest/gtest.h>

#include <random>

#include "cpython/fake_debug_offsets.h"
#include "cpython/fake_objects.h"

namespace pyspy {
namespace {

// Whole values are tested on live interpreters: test/live/locals.test.ts.
class Values : public testing::Test {
 protected:
  FakeMemory memory_;
  Layout layout_ = fake_layout(13);
  FakeObjects fake_{memory_, layout_};
  ObjectReader objects_{memory_, layout_};

  std::string read(Address object, const ValueLimits& limits = {}) {
    return ValueReader(objects_, limits).read(object).text;
  }

  // A list that says to have so many items, which are at `data`.
  Address list(uint64_t count, Address data) {
    const Address list = fake_.object(fake_.type(kTypeIsList), 40);
    memory_.put(list + 16, count);
    memory_.put(list + 24, data);
    return list;
  }
};

TEST_F(Values, LongIntsAreDecimal) {
  EXPECT_EQ(read(fake_.integer({})), "0");
  EXPECT_EQ(read(fake_.integer({0, 0, 0, 1})), "1237940039285380274899124224");  // 2**90
  EXPECT_EQ(read(fake_.integer({7, 0, 0, 1}, true)), "-1237940039285380274899124231");
  const std::string vast = read(fake_.integer(std::vector<uint32_t>(5000, 1)));
  EXPECT_EQ(vast, "<int of 150000 bits>");
}

TEST_F(Values, ListsThatLieAreNotBelieved) {
  EXPECT_EQ(read(list(1ULL << 60U, 0)).substr(0, 1), "<");
  EXPECT_EQ(read(list(3, 0xdead0000)).substr(0, 1), "<");
  EXPECT_EQ(read(list(0, 0)), "[]");
}

TEST_F(Values, ListsThatContainThemselvesEnd) {
  const Address items = memory_.map(16);
  const Address one = list(2, items);
  memory_.put(items, one);
  memory_.put(items + 8, fake_.integer({5}));
  EXPECT_EQ(read(one), "[[\xE2\x80\xA6], 5]");
}

TEST_F(Values, NoMoreIsToldThanWanted) {
  const std::string text(5000, 'x');
  for (const size_t length : {1U, 7U, 200U}) {
    const ValueText value = ValueReader(objects_, {length, 3, 3}).read(fake_.string(text));
    EXPECT_LE(value.text.size(), length + 3);
    EXPECT_TRUE(value.truncated);
  }
}

// Objects, types and pointers that are all made of the same noise.
TEST_F(Values, NoiseIsNoHarm) {
  std::mt19937_64 random(20260101);
  constexpr size_t kWords = 4096;
  const Address noise = memory_.map(kWords * 8);
  for (size_t i = 0; i < kWords; ++i) {
    const uint64_t kind = random() % 4;
    const uint64_t word = kind == 0   ? random()
                          : kind == 1 ? random() % 64
                                      : noise + random() % (kWords * 8) / 8 * 8;
    memory_.put(noise + 8 * i, word);
  }
  for (size_t i = 0; i < kWords; ++i) {
    const ValueText value = ValueReader(objects_, {200, 10, 3}).read(noise + 8 * i);
    EXPECT_LE(value.text.size(), 203U);
    EXPECT_LE(value.type_name.size(), 400U);
  }
}

}  // namespace
}  // namespace pyspy
