// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "process/fake_memory.h"

namespace pyspy {
namespace {

class ReadPlanTest : public testing::Test {
 protected:
  ReadPlanTest() {
    for (uint32_t i = 0; i < kBytes / 4; ++i) memory_.put<uint32_t>(start_ + 4 * i, i);
  }
  static constexpr size_t kBytes = 3 * 4096;
  FakeMemory memory_;
  Address start_ = memory_.map(kBytes);  // where a page begins
  ReadPlan plan_;

  uint32_t at(size_t offset) const { return load<uint32_t>(plan_.at(offset)); }
};

TEST_F(ReadPlanTest, JoinsWhatLiesInOnePage) {
  const size_t first = plan_.add(start_ + 16, 8);
  const size_t second = plan_.join(start_ + 400, 4);
  const size_t within = plan_.join(start_ + 20, 4);
  const size_t over_the_edge = plan_.join(start_ + 4092, 8);
  ASSERT_EQ(plan_.regions().size(), 1U);
  EXPECT_EQ(plan_.regions()[0].iov_len, 4100U - 16U);
  EXPECT_EQ(plan_.size(), 4100U - 16U);
  const size_t behind = plan_.add(start_ + 8192, 4);
  ASSERT_TRUE(memory_.read(plan_));
  EXPECT_EQ(at(first), 4U);
  EXPECT_EQ(at(second), 100U);
  EXPECT_EQ(at(within), 5U);
  EXPECT_EQ(at(over_the_edge), 1023U);
  EXPECT_EQ(at(over_the_edge + 4), 1024U);
  EXPECT_EQ(at(behind), 2048U);
}

// A region of its own: what lies between might not be mapped, or the region lies before the last.
TEST_F(ReadPlanTest, DoesNotJoinWhatLiesElsewhere) {
  EXPECT_EQ(plan_.join(start_ + 100, 4), 0U);
  EXPECT_EQ(plan_.join(start_ + 4096, 4), 4U);
  EXPECT_EQ(plan_.join(start_ + 96, 4), 8U);
  EXPECT_EQ(plan_.regions().size(), 3U);
  ASSERT_TRUE(memory_.read(plan_));
  EXPECT_EQ(at(0), 25U);
  EXPECT_EQ(at(4), 1024U);
  EXPECT_EQ(at(8), 24U);
}

}  // namespace
}  // namespace pyspy
