// SPDX-License-Identifier: MIT
#include "sampler/hosted_segments.h"

#include <gtest/gtest.h>

namespace pyspy {
namespace {

// Frames of 0x100 bytes each, innermost first, the innermost at 0x1000.
std::vector<NativeFrame> frames(size_t count) {
  std::vector<NativeFrame> all(count);
  for (size_t i = 0; i < count; ++i) {
    all[i].instruction = 0x400000 + i * 0x100;
    all[i].stack_pointer = 0x1000 + i * 0x100;
    all[i].cfa = all[i].stack_pointer + 0x100;
  }
  return all;
}

std::vector<uint32_t> hosts(const std::vector<HostedSegment>& hosted) {
  std::vector<uint32_t> native;
  for (const HostedSegment& one : hosted) native.push_back(one.native_frame);
  return native;
}

TEST(HostedSegments, FindsTheFrameThatARecordLiesIn) {
  const auto native = frames(6);
  const std::vector<ActivationRecord> records = {{0x1180, 2}, {0x1408, 5}};
  std::vector<HostedSegment> hosted;
  ASSERT_TRUE(pair_by_records(native, records, true, hosted));
  EXPECT_EQ(hosts(hosted), (std::vector<uint32_t>{1, 4}));
  EXPECT_EQ(hosted[0].first, 0U);
  EXPECT_EQ(hosted[0].end, 2U);
  EXPECT_EQ(hosted[1].first, 2U);
  EXPECT_EQ(hosted[1].end, 5U);
}

TEST(HostedSegments, RefusesTwoRecordsInOneFrame) {
  std::vector<HostedSegment> hosted;
  const std::vector<ActivationRecord> records = {{0x1110, 1}, {0x11f0, 2}};
  EXPECT_FALSE(pair_by_records(frames(3), records, true, hosted));
  EXPECT_TRUE(hosted.empty());
}

TEST(HostedSegments, RecordsBeyondAStackAreLeftOverWhereItIsCut) {
  const std::vector<ActivationRecord> records = {{0x1010, 1}, {0x9000, 2}};
  std::vector<HostedSegment> hosted;
  EXPECT_FALSE(pair_by_records(frames(3), records, true, hosted));
  ASSERT_TRUE(pair_by_records(frames(3), records, false, hosted));
  EXPECT_EQ(hosts(hosted), (std::vector<uint32_t>{0}));
}

TEST(HostedSegments, AFrameWhoseExtentIsNotKnownHostsNothing) {
  auto native = frames(2);
  native[1].cfa = 0;
  std::vector<HostedSegment> hosted;
  EXPECT_FALSE(pair_by_records(native, std::vector<ActivationRecord>{{0x1100, 1}}, true, hosted));
}

// Before 3.11.
class PairByCount : public testing::Test {
 protected:
  // Frames 1, 3 and 5 are in the evaluation loop, 3 in a part that was split off.
  bool pair(uint32_t python_frames, bool whole) {
    const std::vector<CodeSpan> evaluation = {
        {0x400100, 0x400110}, {0x400300, 0x400301}, {0x400500, 0x400501}};
    return pair_by_count(frames(7), evaluation, python_frames, whole, hosted_);
  }
  std::vector<HostedSegment> hosted_;
};

TEST_F(PairByCount, OneToOne) {
  ASSERT_TRUE(pair(3, true));
  EXPECT_EQ(hosts(hosted_), (std::vector<uint32_t>{1, 3, 5}));
  EXPECT_EQ(hosted_[2].first, 2U);
}

TEST_F(PairByCount, TheInnermostMayHaveNoFrameYet) {
  ASSERT_TRUE(pair(2, true));
  EXPECT_EQ(hosts(hosted_), (std::vector<uint32_t>{3, 5}));
}

TEST_F(PairByCount, RefusesOtherNumbers) {
  EXPECT_FALSE(pair(1, true));
  EXPECT_FALSE(pair(4, true));
  EXPECT_TRUE(hosted_.empty());
}

TEST_F(PairByCount, OfACutStackTheInnermostOnes) {
  ASSERT_TRUE(pair(9, false));
  EXPECT_EQ(hosts(hosted_), (std::vector<uint32_t>{1, 3, 5}));
}

}  // namespace
}  // namespace pyspy
