// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "cpython/fake_debug_offsets.h"
#include "cpython/layout.h"

namespace pyspy {
namespace {

class DebugOffsets : public testing::TestWithParam<size_t> {
 protected:
  std::vector<uint8_t> bytes_ = fake_debug_offsets(GetParam());

  void put(size_t position, uint64_t value) {
    std::memcpy(bytes_.data() + position, &value, sizeof value);
  }
};

TEST_P(DebugOffsets, AreRead) {
  const std::optional<Layout> layout = layout_from_debug_offsets(bytes_);
  ASSERT_TRUE(layout);
  EXPECT_TRUE(layout->from_debug_offsets);
  EXPECT_FALSE(layout->free_threaded);
  EXPECT_EQ(layout->hex_version, kFakeVersions[GetParam()]);
  EXPECT_EQ(layout->major(), 3U);
  EXPECT_EQ(layout->minor(), 13 + GetParam());
  // Include/internal/pycore_interp_structs.h (3.14+), pycore_interp.h (3.13).
  constexpr int32_t kInterpNext[] = {7264, 7272, 7264};
  constexpr int32_t kCollecting[] = {7600, 7600, 7512};
  constexpr int32_t kTupleItems[] = {24, 32, 32};
  constexpr int32_t kCachedKeys[] = {880, 880, 888};
  constexpr int32_t kFirstTraceable[] = {184, 192, 192};
  EXPECT_EQ(layout->interp_next, kInterpNext[GetParam()]);
  EXPECT_EQ(layout->interp_gc_collecting, kCollecting[GetParam()]);
  EXPECT_EQ(layout->tuple_items, kTupleItems[GetParam()]);
  EXPECT_EQ(layout->type_cached_keys, kCachedKeys[GetParam()]);
  EXPECT_EQ(layout->code_first_traceable, kFirstTraceable[GetParam()]);
  EXPECT_EQ(layout->type_basic_size, 32);
  EXPECT_EQ(layout->type_dict_offset, 288);
  EXPECT_EQ(layout->string_ascii_data, 40);
  EXPECT_EQ(layout->string_compact_data, 56);
  EXPECT_EQ(layout->managed_dict_before, 24);
  EXPECT_EQ(layout->interp_threads_main == Layout::kAbsent, GetParam() == 0);
}

TEST_P(DebugOffsets, AreRefusedWhereOneOfThemIsAbsurd) {
  for (const uint64_t absurd : {uint64_t{1} << 40U, uint64_t{1} << 31U, uint64_t{1} << 63U,
                                ~uint64_t{0}, ~uint64_t{0} - 200, uint64_t{8} << 20U}) {
    for (const FakeDebugOffset& member : kFakeDebugOffsets) {
      if (member.position[GetParam()] < 0) continue;
      bytes_ = fake_debug_offsets(GetParam());
      put(static_cast<size_t>(member.position[GetParam()]), absurd);
      EXPECT_FALSE(layout_from_debug_offsets(bytes_))
          << "position " << member.position[GetParam()] << " value " << absurd;
    }
  }
}

TEST_P(DebugOffsets, AreRefusedWhereAStructureHasNoSize) {
  constexpr size_t kSizes[][3] = {
      {24, 24, 24}, {48, 48, 48}, {152, 176, 176}, {224, 248, 312}, {272, 312, 376}};
  for (const auto& position : kSizes) {
    bytes_ = fake_debug_offsets(GetParam());
    put(position[GetParam()], 0);
    EXPECT_FALSE(layout_from_debug_offsets(bytes_)) << "position " << position[GetParam()];
  }
}

TEST_P(DebugOffsets, AreRefusedWhereTruncated) {
  for (size_t size = 0; size < bytes_.size(); ++size) {
    // A copy of just that size, so that the sanitizer sees every byte beyond.
    const std::vector<uint8_t> truncated(bytes_.begin(),
                                         bytes_.begin() + static_cast<ptrdiff_t>(size));
    EXPECT_FALSE(layout_from_debug_offsets(truncated)) << size;
    EXPECT_EQ(has_debug_offsets_cookie(truncated), size >= 8);
  }
}

TEST_P(DebugOffsets, MayBeFollowedByAnything) {
  bytes_.resize(kDebugOffsetsSize, 0xFF);
  EXPECT_TRUE(layout_from_debug_offsets(bytes_));
}

TEST_P(DebugOffsets, AreRefusedWithoutTheCookie) {
  bytes_[3] ^= 1U;
  EXPECT_FALSE(has_debug_offsets_cookie(bytes_));
  EXPECT_FALSE(layout_from_debug_offsets(bytes_));
}

TEST_P(DebugOffsets, AreRefusedWhereTheVersionIsUnknown) {
  for (const uint64_t version : {0x030c00f0U, 0x020d00f0U, 0x040d00f0U, 0U}) {
    put(8, version);
    EXPECT_FALSE(layout_from_debug_offsets(bytes_)) << version;
  }
}

// What the next version will look like is not known, and not guessed at.
TEST(DebugOffsetsOfALaterVersion, AreThoseOf315OrRefused) {
  constexpr uint64_t kLater = 0x031000f0;
  std::vector<uint8_t> bytes = fake_debug_offsets(2);
  std::memcpy(bytes.data() + 8, &kLater, sizeof kLater);
  const std::optional<Layout> layout = layout_from_debug_offsets(bytes);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->minor(), 16U);
  EXPECT_EQ(layout->tstate_exc_info, 144);
  // A member inserted anywhere before the last constant moves all that follow.
  for (size_t at = 184; at <= 880; at += 8) {
    std::vector<uint8_t> moved = bytes;
    const uint64_t inserted = 4;
    moved.insert(moved.begin() + static_cast<ptrdiff_t>(at),
                 reinterpret_cast<const uint8_t*>(&inserted),
                 reinterpret_cast<const uint8_t*>(&inserted) + sizeof inserted);
    EXPECT_FALSE(layout_from_debug_offsets(moved)) << at;
  }
}

// Whatever the bytes are: no crash, and no offset that is out of the limits.
TEST_P(DebugOffsets, SurviveEveryFlippedByte) {
  for (size_t i = 0; i < bytes_.size(); ++i) {
    std::vector<uint8_t> flipped = bytes_;
    flipped[i] ^= 0xFFU;
    const std::optional<Layout> layout = layout_from_debug_offsets(flipped);
    if (!layout) continue;
    EXPECT_GE(layout->interp_gc_collecting, 0);
    EXPECT_GE(layout->code_first_traceable, 0);
    EXPECT_LE(layout->string_ascii_data, 4096);
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, DebugOffsets, testing::Values(0U, 1U, 2U),
                         [](const auto& test) { return "v3_" + std::to_string(13 + test.param); });

}  // namespace
}  // namespace pyspy
