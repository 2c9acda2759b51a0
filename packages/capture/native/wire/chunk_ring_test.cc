// SPDX-License-Identifier: MIT
#include "wire/chunk_ring.h"

#include <gtest/gtest.h>

#include "base/temporary_directory.h"

namespace pyspy {
namespace {

class ChunkRingTest : public testing::Test {
 protected:
  TemporaryDirectory directory_;
  std::string path_ = directory_ / "ring";

  static std::span<const uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
  }
  static void add_chunk(ChunkRing& ring, std::string_view text, uint64_t end) {
    Counters counters;
    counters.samples = text.size();
    counters.agent_rss_bytes = end;
    ring.add(bytes_of(text));
    ring.end_chunk(end, counters);
  }
  std::string written(const ChunkRing& ring) const {
    Result<Sink> sink = Sink::create_file(path_, true);
    EXPECT_TRUE(ring.write_to(*sink));
    return read_whole_file(path_.c_str());
  }
};

TEST_F(ChunkRingTest, KeepsWhatReachesIntoTheLastTime) {
  ChunkRing ring(100, 1000);
  ring.set_header(bytes_of("H"));
  add_chunk(ring, "a", 50);
  add_chunk(ring, "bb", 100);
  add_chunk(ring, "ccc", 150);
  EXPECT_EQ(written(ring), "Hbbccc");
  EXPECT_EQ(ring.counters().samples, 5U);
  EXPECT_EQ(ring.counters().agent_rss_bytes, 150U);
  add_chunk(ring, "dddd", 200);
  EXPECT_EQ(written(ring), "Hcccdddd");
  EXPECT_EQ(ring.bytes(), 7U);
}

TEST_F(ChunkRingTest, KeepsNoMoreThanItMayAndOneChunkAtLeast) {
  ChunkRing ring(1000, 4);
  ring.set_header(bytes_of("H"));
  add_chunk(ring, "aa", 1);
  add_chunk(ring, "bbb", 2);
  EXPECT_EQ(written(ring), "Hbbb");
  add_chunk(ring, "a chunk above all limits", 3);
  EXPECT_EQ(written(ring), "Ha chunk above all limits");
}

TEST_F(ChunkRingTest, DoesNotWriteWhatHasNotEnded) {
  ChunkRing ring(1000, 1000);
  ring.set_header(bytes_of("H"));
  add_chunk(ring, "aa", 1);
  ring.add(bytes_of("half"));
  EXPECT_EQ(written(ring), "Haa");
}

}  // namespace
}  // namespace pyspy
