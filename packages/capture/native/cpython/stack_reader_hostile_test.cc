// SPDX-License-Identifier: MIT
//
// Stacks that make no sense: a target that is broken, or wants to break the agent. Out of bounds
// and overflows are for the sanitizers to find; here, that work and memory are bounded.
#include <gtest/gtest.h>

#include <random>

#include "cpython/fake_debug_offsets.h"
#include "cpython/fake_stack.h"
#include "cpython/stack_reader.h"

namespace pyspy {
namespace {

using Outcome = StackReader::Outcome;

constexpr Address kHighest = 0xFFFFFFFFFFFFFFF8;

class HostileStack : public testing::TestWithParam<uint32_t> {
 protected:
  FakeMemory memory_;
  Layout layout_ = fake_layout(GetParam());
  FakeStack stack_{memory_, layout_};
  StackReader reader_{layout_, stack_.tstate()};
  ReadPlan plan_;

  void SetUp() override {
    stack_.call(1);
    stack_.call_from_c(2);
    stack_.resume(3, stack_.make_generator());
    stack_.call(4);
    if (layout_.has_chunks()) stack_.add_chunk();
    stack_.call(5);
  }

  // Reads some times, within bounds.
  Outcome read(int times = 4) {
    Outcome outcome = Outcome::kFailed;
    for (int i = 0; i < times; ++i) {
      const uint64_t before = memory_.reads();
      outcome = read_stack(reader_, memory_, plan_);
      // Two walks of 8192 frames at most, 64 chunks with two headers, one exception.
      EXPECT_LT(memory_.reads() - before, 2 * 8192U + 2 * 64 + 3);
      EXPECT_LE(reader_.frames().size(), 8192U);
      EXPECT_LT(plan_.size(), 24U << 20U);
    }
    return outcome;
  }

  template <typename T>
  void put(Address at, int32_t offset, T value) {
    memory_.put<T>(at + static_cast<Address>(offset), value);
  }
  void set_current(Address frame) {
    if (layout_.has_cframe()) {
      put(stack_.cframe(), layout_.cframe_current_frame, frame);
    } else {
      put(stack_.tstate(), layout_.tstate_frame, frame);
    }
  }
};

TEST_P(HostileStack, FramesInACircle) {
  for (const size_t back_to : {0U, 1U, 3U}) {
    put(stack_.frame_at(0), layout_.frame_previous, stack_.frame_at(back_to));
    read();
    EXPECT_TRUE(reader_.truncated() || reader_.frames().empty());
  }
}

TEST_P(HostileStack, PointersToAnywhere) {
  Address previous = 0;
  memory_.read_value(stack_.frame_at(1) + static_cast<Address>(layout_.frame_previous), previous);
  for (const Address anywhere :
       {Address{1}, Address{8}, Address{0x7f0000000000}, Address{1} << 63U, kHighest, kHighest - 64,
        kHighest - 4096, stack_.frame() + 1, stack_.frame() + 8, stack_.frame() - 8,
        stack_.tstate(), stack_.tstate() + 1020}) {
    put(stack_.frame_at(1), layout_.frame_previous, anywhere);
    read();
    set_current(anywhere);
    read();
    set_current(stack_.frame());
    put(stack_.frame_at(1), layout_.frame_previous, previous);
    EXPECT_EQ(read(), Outcome::kAccepted) << anywhere;
    EXPECT_EQ(codes_of(reader_.frames()), stack_.codes()) << anywhere;
  }
}

TEST_P(HostileStack, InstructionsAnywhere) {
  for (const uint64_t anywhere :
       {uint64_t{0}, uint64_t{1} << 63U, kHighest + 7, uint64_t{1} << 62U, uint64_t{0x7FFFFFFF},
        uint64_t{0x80000000}, (uint64_t{1} << 63U) + FakeStack::code(5)}) {
    put(stack_.frame(), layout_.frame_instruction, anywhere);
    EXPECT_EQ(read(), Outcome::kAccepted);
    EXPECT_GE(reader_.frames()[0].instruction, -2);
    EXPECT_LE(reader_.frames()[0].instruction, 1 << 29);
  }
}

TEST_P(HostileStack, CodeThatIsNone) {
  for (const Address code : {Address{7}, Address{4}, kHighest + 7}) {
    put(stack_.frame_at(0), layout_.frame_code, code);
    EXPECT_EQ(read(), Outcome::kFailed) << code;
  }
  put(stack_.frame_at(0), layout_.frame_code, kHighest);
  EXPECT_EQ(read(), Outcome::kAccepted);
}

TEST_P(HostileStack, UnknownOwners) {
  if (!layout_.has_chunks()) GTEST_SKIP() << "3.11+";
  for (int owner = 0; owner < 256; ++owner) {
    put(stack_.frame(), layout_.frame_owner, static_cast<uint8_t>(owner));
    EXPECT_EQ(read(), owner <= 4 ? Outcome::kAccepted : Outcome::kFailed) << owner;
  }
}

TEST_P(HostileStack, ChunksThatMakeNoSense) {
  if (!layout_.has_chunks()) GTEST_SKIP() << "3.11+";
  const Address chunk = stack_.chunk();
  const int32_t top_offset = layout_.tstate_datastack_chunk + 8;
  Address top = 0;
  memory_.read_value(stack_.tstate() + static_cast<Address>(top_offset), top);
  // A top below the chunk, far above it, and sizes of all kinds: the frames are found all the same.
  for (const Address value : {Address{0}, chunk - 8, chunk - (1U << 21U), chunk + (1U << 20U),
                              chunk + (Address{1} << 32U), chunk + (Address{1} << 63U), kHighest}) {
    put(stack_.tstate(), top_offset, value);
    read(6);
    if (value - chunk > 1U << 20U) {
      EXPECT_EQ(codes_of(reader_.frames()), stack_.codes()) << value - chunk;
    }
  }
  put(stack_.tstate(), top_offset, top);
  for (const uint64_t size :
       {uint64_t{0}, uint64_t{1} << 17U, uint64_t{1} << 61U, uint64_t{1} << 63U, kHighest}) {
    Address older = 0;
    memory_.read_value(chunk, older);
    memory_.put<uint64_t>(older + 8, size);
    memory_.put<uint64_t>(older + 16, size);
    reader_.forget();
    EXPECT_EQ(read(6), Outcome::kAccepted) << size;
    EXPECT_EQ(codes_of(reader_.frames()), stack_.codes());
  }
  for (const Address previous : {chunk, Address{1}, kHighest, stack_.tstate()}) {
    memory_.put<Address>(chunk, previous);
    reader_.forget();
    EXPECT_EQ(read(6), Outcome::kAccepted) << previous;
    EXPECT_EQ(codes_of(reader_.frames()), stack_.codes());
  }
  for (const Address newest : {Address{1}, kHighest, kHighest - 512, Address{1} << 63U}) {
    put(stack_.tstate(), layout_.tstate_datastack_chunk, newest);
    read(6);
  }
}

TEST_P(HostileStack, AThreadStateThatIsGone) {
  memory_.unmap(stack_.tstate());
  EXPECT_EQ(read(), Outcome::kFailed);
  EXPECT_TRUE(layout_.has_chunks() || reader_.frames().empty());
}

// 200,000 times a valid image with some bytes overwritten. Undone each time, it is read again as if
// nothing had happened.
TEST_P(HostileStack, SurvivesAnyBytes) {
  constexpr int kRounds = 200'000 / 7;
  std::mt19937_64 random(GetParam());
  std::vector<std::pair<Address, size_t>> places = {{stack_.tstate(), 400}};
  if (layout_.has_cframe()) places.push_back({stack_.cframe(), 16});
  for (size_t i = 0; i < stack_.depth(); ++i) {
    places.push_back({stack_.frame_at(i), FakeStack::kFrameBytes});
  }
  if (layout_.has_chunks()) places.push_back({stack_.chunk(), 24});
  const std::vector<Address> interesting = {0,
                                            1,
                                            8,
                                            kHighest,
                                            kHighest - 64,
                                            Address{1} << 63U,
                                            stack_.tstate(),
                                            stack_.chunk(),
                                            stack_.chunk() + 16300,
                                            stack_.frame_at(0),
                                            stack_.frame_at(2),
                                            stack_.frame()};
  const auto word = [&] {
    return random() % 2 == 0 ? interesting[random() % interesting.size()]
                             : random() >> (random() % 64);
  };
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::pair<Address, uint64_t>> before;
    for (uint64_t i = random() % 3 + 1; i > 0; --i) {
      const auto& [start, size] = places[random() % places.size()];
      const uint64_t step = random() % 3 == 0 ? 1 : 8;
      const Address at = start + random() % (size / step - 7 / step) * step;
      uint64_t value = 0;
      ASSERT_TRUE(memory_.read_value(at, value));
      before.emplace_back(at, value);
      memory_.put<uint64_t>(at, word());
    }
    read(2);
    ASSERT_FALSE(HasFailure()) << round;
    for (size_t i = before.size(); i-- > 0;) memory_.put(before[i].first, before[i].second);
    if (round % 100 != 0) continue;
    ASSERT_EQ(read(4), Outcome::kAccepted) << round;
    ASSERT_EQ(codes_of(reader_.frames()), stack_.codes()) << round;
  }
}

// Layouts that the target claims, each of which passed the checks.
TEST(HostileLayouts, AreReadWithinTheirBounds) {
  std::mt19937_64 random(11);
  size_t accepted = 0;
  for (int round = 0; round < 400; ++round) {
    const size_t column = random() % 3;
    std::vector<uint8_t> bytes = fake_debug_offsets(column);
    // Thread states and frames: what the stack reader goes by.
    constexpr size_t kFirst[] = {160, 184, 184};
    constexpr size_t kLast[] = {272, 312, 376};
    for (uint64_t i = random() % 6; i > 0; --i) {
      const size_t words = (kLast[column] - kFirst[column]) / 8;
      const uint64_t value = random() % 4 == 0 ? random() % 5000 : random() % 600;
      std::memcpy(bytes.data() + kFirst[column] + random() % words * 8, &value, sizeof value);
    }
    const std::optional<Layout> layout = layout_from_debug_offsets(bytes);
    if (!layout) continue;
    ++accepted;
    FakeMemory memory;
    const Address tstate = memory.map(8192);
    const Address frames = memory.map(16384);
    for (Address at = 0; at < 16384; at += 8) {
      memory.put<Address>(frames + at, frames + random() % 1700 * 8);
      if (at < 8192) memory.put<Address>(tstate + at, frames + random() % 1700 * 8);
    }
    StackReader reader(*layout, tstate);
    ReadPlan plan;
    for (int i = 0; i < 4; ++i) read_stack(reader, memory, plan);
    EXPECT_LE(reader.frames().size(), 8192U);
  }
  EXPECT_GT(accepted, 80U);
}

INSTANTIATE_TEST_SUITE_P(Versions, HostileStack, testing::Range(3U, 16U),
                         [](const auto& test) { return "v3_" + std::to_string(test.param); });

}  // namespace
}  // namespace pyspy
