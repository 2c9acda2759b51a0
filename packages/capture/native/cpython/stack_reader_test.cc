// SPDX-License-Identifier: MIT
//
// Stacks that do not move while they are read.
#include "cpython/stack_reader.h"

#include <gtest/gtest.h>

#include "cpython/fake_debug_offsets.h"
#include "cpython/fake_stack.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

using Outcome = StackReader::Outcome;

class StackReading : public testing::TestWithParam<uint32_t> {
 protected:
  FakeMemory memory_;
  Layout layout_ = fake_layout(GetParam());
  FakeStack stack_{memory_, layout_};
  StackReader reader_{layout_, stack_.tstate()};
  ReadPlan plan_;

  Outcome read(bool stopped = false) { return read_stack(reader_, memory_, plan_, stopped); }

  // Reads until the stack is accepted; how many reads that took.
  int reads_until_accepted() {
    for (int reads = 1; reads <= 10; ++reads) {
      if (read() == Outcome::kAccepted) return reads;
    }
    return 0;
  }

  std::vector<Address> codes() const { return codes_of(reader_.frames()); }
};

TEST_P(StackReading, AThreadWithoutFrames) {
  ASSERT_GT(reads_until_accepted(), 0);
  EXPECT_TRUE(reader_.frames().empty());
  EXPECT_FALSE(reader_.truncated());
}

TEST_P(StackReading, TheWholeChain) {
  for (uint64_t code = 1; code <= 5; ++code) stack_.call(code);
  stack_.run_to(46);
  ASSERT_GT(reads_until_accepted(), 0);
  EXPECT_EQ(codes(), stack_.codes());
  EXPECT_EQ(reader_.frames()[0].instruction, 46);
  EXPECT_EQ(reader_.frames()[1].instruction, 20);
  // Where it was is known now: one read each, also after calls and returns.
  for (int i = 0; i < 3; ++i) {
    stack_.return_();
    stack_.call(10);
    stack_.call(11);
    if (!layout_.has_chunks()) reads_until_accepted();  // each frame lies somewhere else
    EXPECT_EQ(read(), Outcome::kAccepted);
    EXPECT_EQ(codes(), stack_.codes());
  }
}

TEST_P(StackReading, MarksWhereCCodeEnteredPython) {
  stack_.call_from_c(1);
  stack_.call(2);
  stack_.call_from_c(3);
  stack_.call(4);
  ASSERT_GT(reads_until_accepted(), 0);
  EXPECT_EQ(codes(), stack_.codes());
  std::vector<bool> entries;
  for (const RawFrame& frame : reader_.frames()) {
    entries.push_back((frame.flags & fields::kFrameEntry) != 0);
  }
  // Before 3.11 each frame is an activation of the interpreter of its own.
  const bool all = !layout_.has_chunks();
  EXPECT_EQ(entries, (std::vector<bool>{all, true, all, true}));
}

TEST_P(StackReading, TheOutermostFrameIsAnEntry) {
  stack_.call(1);
  stack_.call(2);
  ASSERT_GT(reads_until_accepted(), 0);
  EXPECT_NE(reader_.frames().back().flags & fields::kFrameEntry, 0);
}

TEST_P(StackReading, LearnsWhereGeneratorsAre) {
  if (layout_.hex_version < 0x03040000) GTEST_SKIP() << "frames do not tell before 3.4";
  stack_.call(1);
  stack_.resume(2, stack_.make_generator());
  stack_.resume(3, stack_.make_generator());
  stack_.call(4);
  ASSERT_GT(reads_until_accepted(), 1);
  EXPECT_EQ(codes(), stack_.codes());
  std::vector<bool> generators;
  for (const RawFrame& frame : reader_.frames()) {
    generators.push_back((frame.flags & fields::kFrameGenerator) != 0);
  }
  EXPECT_EQ(generators, (std::vector<bool>{false, true, true, false}));
  EXPECT_EQ(read(), Outcome::kAccepted);
  // One that takes turns with others is expected where it was.
  stack_.return_();
  stack_.return_();
  const Address other = stack_.make_generator();
  stack_.resume(5, other);
  EXPECT_EQ(read(), Outcome::kLearned);
  EXPECT_EQ(codes(), stack_.codes());  // read, though not twice
  EXPECT_EQ(read(), Outcome::kAccepted);
  EXPECT_EQ(codes(), stack_.codes());
}

TEST_P(StackReading, AStoppedThreadIsAcceptedWhereverItIs) {
  stack_.call(1);
  ASSERT_GT(reads_until_accepted(), 0);
  stack_.resume(2, stack_.make_generator());
  EXPECT_EQ(read(true), Outcome::kAccepted);
  EXPECT_EQ(codes(), stack_.codes());
}

TEST_P(StackReading, SeveralChunks) {
  if (!layout_.has_chunks()) GTEST_SKIP() << "3.11+";
  for (uint64_t code = 1; code <= 3; ++code) {
    for (uint64_t i = 0; i < 30; ++i) stack_.call(code * 100 + i);
    stack_.add_chunk();
  }
  stack_.call(1);
  ASSERT_GT(reads_until_accepted(), 0);
  EXPECT_EQ(codes(), stack_.codes());
  // Back into the chunk before.
  for (int i = 0; i < 5; ++i) stack_.return_();
  ASSERT_GT(reads_until_accepted(), 0);
  EXPECT_EQ(codes(), stack_.codes());
}

// A chunk's end lies elsewhere each time that the next one begins, at the same address: the frames
// beyond the end that was known are learned, also one that the known part holds in half.
TEST_P(StackReading, AnOlderChunkThatHasGrown) {
  if (!layout_.has_chunks()) GTEST_SKIP() << "3.11+";
  stack_.call(1);
  stack_.call(2);
  const Address older = stack_.chunk();
  stack_.add_chunk();
  stack_.call(3);
  ASSERT_GT(reads_until_accepted(), 0);
  uint64_t words = 0;
  memory_.read_value(older + 16, words);
  for (const uint64_t fewer : {1U, 4U, 8U, 20U}) {
    StackReader reader(layout_, stack_.tstate());
    memory_.put<uint64_t>(older + 16, words - fewer);
    int reads = 0;
    while (read_stack(reader, memory_, plan_) != Outcome::kAccepted && reads < 10) ++reads;
    EXPECT_LT(reads, 4) << fewer;
    EXPECT_EQ(codes_of(reader.frames()), stack_.codes());
  }
}

TEST_P(StackReading, DeepRecursionIsCutAtTheRoot) {
  if (!layout_.has_chunks()) GTEST_SKIP() << "3.11+";
  constexpr size_t kLimit = 8192;
  for (uint64_t i = 0; i < kLimit - 10; ++i) stack_.call(i % 7);
  while (read() != Outcome::kAccepted) {
  }
  EXPECT_EQ(codes(), stack_.codes());
  EXPECT_FALSE(reader_.truncated());
  for (uint64_t i = 0; i < 100; ++i) stack_.call(i % 7);
  ASSERT_GT(reads_until_accepted(), 0);
  EXPECT_TRUE(reader_.truncated());
  std::vector<Address> innermost = stack_.codes();
  innermost.resize(kLimit);
  EXPECT_EQ(codes(), innermost);
  EXPECT_EQ(reader_.frames().back().flags & fields::kFrameEntry, 0);
}

// As a thread that calls and returns all the time, at any depth.
TEST_P(StackReading, FollowsAThreadForLong) {
  uint32_t state = 1;
  std::vector<Address> generators;
  for (int i = 0; i < 20; ++i) generators.push_back(stack_.make_generator());
  size_t reads = 0;
  stack_.call(1);
  for (int round = 0; round < 500; ++round) {
    for (int step = 0; step < 20; ++step) {
      state = state * 1664525 + 1013904223;
      const uint32_t choice = state >> 28U;
      if (choice < 5 && stack_.depth() > 1) {
        stack_.return_();
      } else if (choice < 8 && generators.size() > stack_.depth() / 8) {
        stack_.resume(choice, stack_.make_generator());
      } else if (choice == 8) {
        stack_.call_from_c(choice);
      } else if (stack_.depth() < 200 || choice < 12) {
        stack_.call(choice);
      } else {
        stack_.return_();
      }
    }
    const int took = reads_until_accepted();
    ASSERT_GT(took, 0) << round;
    reads += static_cast<size_t>(took);
    ASSERT_EQ(codes(), stack_.codes()) << round;
    ASSERT_LT(plan_.size(), 1U << 20U);
  }
  EXPECT_LT(reads, 3U * 500);
}

TEST_P(StackReading, TheNextThreadAndExceptions) {
  stack_.call(1);
  const Address tstate = stack_.tstate();
  memory_.put<Address>(tstate + layout_.tstate_next, 0x1234);
  memory_.put<Address>(tstate + layout_.tstate_exception, 0x77);
  memory_.put<Address>(tstate + layout_.tstate_exc_state, 0x88);
  ASSERT_GT(reads_until_accepted(), 0);
  EXPECT_EQ(reader_.next_thread(), 0x1234U);
  EXPECT_EQ(reader_.raised_exception(), 0x77U);
  EXPECT_EQ(reader_.handled_exception(), 0x88U);
  if (layout_.tstate_exc_info == Layout::kAbsent) return;
  // A generator has an item of its own; where it handles none, what is handled outside counts.
  const Address item = memory_.map(32);
  memory_.put<Address>(tstate + layout_.tstate_exc_info, item);
  EXPECT_EQ(read(), Outcome::kAccepted);
  EXPECT_EQ(reader_.handled_exception(), 0x88U);
  memory_.put<Address>(item, 0x99);
  EXPECT_EQ(read(), Outcome::kAccepted);
  EXPECT_EQ(reader_.handled_exception(), 0x99U);
  memory_.unmap(item);
  EXPECT_EQ(read(), Outcome::kAccepted);
  EXPECT_EQ(reader_.handled_exception(), 0x88U);
}

INSTANTIATE_TEST_SUITE_P(Versions, StackReading, testing::Range(3U, 16U),
                         [](const auto& test) { return "v3_" + std::to_string(test.param); });

}  // namespace
}  // namespace pyspy
