// SPDX-License-Identifier: MIT
#include "base/flat_map.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <utility>

namespace pyspy {
namespace {

TEST(FlatMap, NewKeysAreZeroAndOldOnesKeepTheirValues) {
  FlatMap map;
  EXPECT_EQ(map(1, 2), 0U);
  map(1, 2) = 7;
  map(2, 1) = 8;
  EXPECT_EQ(map(1, 2), 7U);
  EXPECT_EQ(map(2, 1), 8U);
  EXPECT_EQ(map.size(), 2U);
}

TEST(FlatMap, KeysOfZeroAreKeysLikeAnyOther) {
  FlatMap map;
  EXPECT_EQ(map(0, 0), 0U);
  map(0, 0) = 3;
  EXPECT_EQ(map(0, 0), 3U);
  EXPECT_EQ(map.size(), 1U);
}

TEST(FlatMap, ClearForgetsAndMayBeRepeated) {
  FlatMap map;
  for (uint32_t round = 1; round <= 1000; ++round) {
    EXPECT_EQ(map(5, 6), 0U);
    map(5, 6) = round;
    EXPECT_EQ(map(5, 6), round);
    map.clear();
    EXPECT_EQ(map.size(), 0U);
  }
}

TEST(FlatMap, ClearedEntriesDoNotComeBackWhenItGrows) {
  FlatMap map;
  for (uint64_t i = 0; i < 40; ++i) map(i, 0) = 1;
  map.clear();
  for (uint64_t i = 100; i < 1000; ++i) map(i, 0) = 2;
  for (uint64_t i = 0; i < 40; ++i) EXPECT_EQ(map(i, 0), 0U);
  for (uint64_t i = 100; i < 1000; ++i) EXPECT_EQ(map(i, 0), 2U);
}

TEST(FlatMap, AgreesWithAStandardMap) {
  std::mt19937_64 random(1);
  FlatMap map;
  std::map<std::pair<uint64_t, uint64_t>, uint32_t> expected;
  for (uint32_t i = 1; i < 100'000; ++i) {
    // Few enough to meet again, aligned like addresses.
    const uint64_t first = (random() % 300) << 4U;
    const uint64_t second = (random() % 300) << 40U;
    uint32_t& value = expected[{first, second}];
    ASSERT_EQ(map(first, second), value);
    value = i;
    map(first, second) = i;
    if (random() % 30'000 == 0) {
      map.clear();
      expected.clear();
    }
    ASSERT_EQ(map.size(), expected.size());
  }
}

}  // namespace
}  // namespace pyspy
