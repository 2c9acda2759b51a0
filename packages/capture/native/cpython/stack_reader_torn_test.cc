// SPDX-License-Identifier: MIT
//
// Stacks that move while they are read: the target changes between the regions of one read.
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>

#include "cpython/fake_debug_offsets.h"
#include "cpython/fake_stack.h"
#include "cpython/stack_reader.h"

namespace pyspy {
namespace {

using Outcome = StackReader::Outcome;

// From 3.11 on, with a stack in one chunk, so that a read has few regions: thread state, C frame
// (3.11, 3.12), first copy, second copy, C frame, thread state. A copy is one region, and,
// from 3.12 on, one for the mark of the C code that called.
class TornStack : public testing::TestWithParam<uint32_t> {
 protected:
  FakeMemory memory_;
  Layout layout_ = fake_layout(GetParam());
  FakeStack stack_{memory_, layout_};
  StackReader reader_{layout_, stack_.tstate()};
  ReadPlan plan_;

  size_t first_copy() const { return layout_.has_cframe() ? 2 : 1; }
  size_t copy_regions() const { return layout_.has_entry_frames() ? 2 : 1; }
  size_t second_copy() const { return first_copy() + copy_regions(); }
  size_t last_state() const { return second_copy() + copy_regions(); }  // or the C frame

  Outcome read() { return read_stack(reader_, memory_, plan_); }

  // Reads, and lets the target run before regions of the read.
  Outcome read_while(const std::function<void(size_t)>& run) {
    memory_.on_region = run;
    const Outcome outcome = read();
    memory_.on_region = nullptr;
    return outcome;
  }

  void settle() {
    for (int i = 0; i < 10 && read() != Outcome::kAccepted; ++i) {
    }
    ASSERT_EQ(codes_of(reader_.frames()), stack_.codes());
  }

  std::vector<Address> codes() const { return codes_of(reader_.frames()); }
  static std::vector<Address> codes_of_numbers(const std::vector<uint64_t>& numbers) {
    std::vector<Address> codes;
    for (const uint64_t number : numbers) codes.push_back(FakeStack::code(number));
    return codes;
  }
};

TEST_P(TornStack, TheCommonRootIsKept) {
  for (uint64_t code = 1; code <= 8; ++code) stack_.call(code);
  settle();
  const Outcome outcome = read_while([&](size_t region) {
    if (region != second_copy()) return;
    for (int i = 0; i < 6; ++i) stack_.return_();
    for (uint64_t code = 11; code <= 16; ++code) stack_.call(code);
  });
  EXPECT_EQ(outcome, Outcome::kMoved);
  EXPECT_EQ(codes(), codes_of_numbers({2, 1}));
  settle();
}

// Functions shorter than the copies are apart must be seen as often as they run. So the first copy
// decides, where only the innermost frames have changed since.
TEST_P(TornStack, AShortFunctionIsNotLost) {
  if (!layout_.marks_running()) GTEST_SKIP() << "3.11 to 3.13";
  for (uint64_t code = 1; code <= 3; ++code) stack_.call(code);
  settle();
  EXPECT_EQ(read_while([&](size_t region) {
              if (region == second_copy()) stack_.return_();
            }),
            Outcome::kAccepted);
  EXPECT_EQ(codes(), codes_of_numbers({3, 2, 1}));
  EXPECT_EQ(read_while([&](size_t region) {
              if (region == second_copy()) stack_.call(3);
            }),
            Outcome::kAccepted);
  EXPECT_EQ(codes(), codes_of_numbers({2, 1}));
  EXPECT_EQ(read_while([&](size_t region) {
              if (region != second_copy()) return;
              stack_.return_();
              stack_.call(9);
            }),
            Outcome::kAccepted);
  EXPECT_EQ(codes(), codes_of_numbers({3, 2, 1}));
}

// Called after the thread state was read, over before it was read again: only its caller, which
// does not run, and it, which does, tell of it.
TEST_P(TornStack, AFunctionThatOnlyTheFirstCopyKnows) {
  if (!layout_.marks_running()) GTEST_SKIP() << "3.11 to 3.13";
  for (uint64_t code = 1; code <= 4; ++code) stack_.call(code);
  settle();
  stack_.return_();
  stack_.return_();
  settle();
  EXPECT_EQ(read_while([&](size_t region) {
              if (region == first_copy()) {
                stack_.call(3);
                stack_.call(4);
              } else if (region == second_copy()) {
                stack_.return_();
                stack_.return_();
                stack_.run_to(60);
              }
            }),
            Outcome::kAccepted);
  EXPECT_EQ(codes(), codes_of_numbers({4, 3, 2, 1}));
}

// From 3.14 on C code that is called leaves its caller in the state of one that has called Python.
TEST_P(TornStack, WhatLiesBehindACallerOfCIsNoCall) {
  for (uint64_t code = 1; code <= 3; ++code) stack_.call(code);
  settle();
  stack_.return_();
  stack_.call_c(40);
  settle();
}

// The innermost frame may run on; the frames below must stand at the same instruction.
TEST_P(TornStack, TheInnermostInstructionMayDiffer) {
  stack_.call(1);
  stack_.call(2);
  settle();
  EXPECT_EQ(read_while([&](size_t region) {
              if (region == second_copy()) stack_.run_to(60);
            }),
            Outcome::kAccepted);
  EXPECT_EQ(codes(), stack_.codes());
  EXPECT_EQ(reader_.frames()[0].instruction, 20);
}

// Between thread state and copy a function returns, and is called again before the last look at
// the thread state. Its frame stays in memory as it was, in both copies, while its caller is at
// another line: a stack that never existed.
TEST_P(TornStack, WhatHasReturnedIsNotTakenForCalled) {
  stack_.call(1);
  stack_.call(2);
  stack_.call(3);
  settle();
  EXPECT_EQ(read_while([&](size_t region) {
              if (region == first_copy()) {
                stack_.return_();
                stack_.run_to(90);
              } else if (region == last_state()) {
                stack_.run_to(20);
                stack_.call(3);
              }
            }),
            Outcome::kAccepted);
  EXPECT_EQ(codes(), codes_of_numbers({2, 1}));
  EXPECT_EQ(reader_.frames()[0].instruction, 90);
}

// What C code called has returned, and its caller too, and another function stands in the caller's
// place. Only the thread state tells: the C frame and the frames beyond are as they were.
TEST_P(TornStack, WhatCHasCalledIsNotTakenForCalledByAnother) {
  stack_.call(1);
  stack_.call(2);
  stack_.call_from_c(3);
  settle();
  const Outcome outcome = read_while([&](size_t region) {
    if (region != first_copy()) return;
    stack_.return_();
    stack_.return_();
    stack_.call(4);
  });
  if (outcome == Outcome::kAccepted) {
    EXPECT_EQ(codes(), codes_of_numbers({4, 1}));
  }
  settle();
}

TEST_P(TornStack, AChunkThatComesAndGoes) {
  stack_.call(1);
  stack_.call(2);
  settle();
  // A new chunk after the thread state was read: its frame cannot be found in the second copy.
  const Outcome outcome = read_while([&](size_t region) {
    if (region != second_copy()) return;
    stack_.add_chunk();
    stack_.call(3);
  });
  EXPECT_NE(outcome, Outcome::kAccepted);
  settle();
  // Some region of the copies is read before the return, some after it.
  const Outcome outcome_of_return = read_while([&](size_t region) {
    if (region == second_copy()) stack_.return_();
    if (region == last_state()) stack_.call(4);
  });
  if (outcome_of_return == Outcome::kAccepted) {
    EXPECT_TRUE(codes() == codes_of_numbers({3, 2, 1}) || codes() == codes_of_numbers({2, 1}));
  }
}

// A stack that grows a little every time a copy is made, so that each plan is a little too short.
TEST_P(TornStack, AStackThatGrowsAllTheTime) {
  stack_.call(1);
  settle();
  for (uint64_t i = 0; i < 300; ++i) {
    read_while([&](size_t region) {
      if (region == second_copy() || region == last_state()) {
        stack_.call(2 + i % 3);
        stack_.call(5);
        stack_.call(6);
        stack_.call(7);
      }
    });
  }
  settle();
}

// The target runs at random between all regions. Whatever is accepted was the stack at one moment
// of the read, but for the instruction of the innermost frame.
TEST_P(TornStack, WhatIsAcceptedHasExisted) {
  std::mt19937 engine(GetParam());
  const auto random = [&](uint32_t below) { return static_cast<uint32_t>(engine() % below); };
  using Stack = std::vector<std::pair<Address, int32_t>>;
  std::vector<int32_t> at = {20};  // instruction of each frame
  std::vector<uint64_t> numbers = {1};
  stack_.call(1);
  std::set<Stack> existed;
  const auto remember = [&] {
    Stack stack;
    for (size_t i = numbers.size(); i-- > 0;) {
      const bool innermost = i + 1 == numbers.size();
      stack.emplace_back(FakeStack::code(numbers[i]), innermost ? 0 : at[i]);
    }
    existed.insert(stack);
  };
  const auto run_to = [&](uint32_t choice) {
    at.back() = static_cast<int32_t>(20 + 2 * choice);
    stack_.run_to(at.back());
    remember();
  };
  // Calls are at one place of a function, so that a caller at another one was never on a stack.
  const auto step = [&] {
    const uint32_t choice = random(3);
    if (choice == 0 && numbers.size() < 6) {
      run_to(0);
      numbers.push_back(2 + random(2));
      at.push_back(20);
      stack_.call(numbers.back());
      remember();
    } else if (choice == 1 && numbers.size() > 1) {
      numbers.pop_back();
      at.pop_back();
      stack_.return_();
      remember();
      if (random(2) == 0) run_to(1 + random(2));
    } else {
      run_to(random(3));
    }
  };
  size_t accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    existed.clear();
    stack_.run_to(at.back());
    remember();
    const Outcome outcome = read_while([&](size_t) {
      for (uint32_t steps = random(3); steps > 0; --steps) step();
    });
    if (outcome != Outcome::kAccepted) continue;
    ++accepted;
    Stack found;
    for (const RawFrame& frame : reader_.frames()) {
      found.emplace_back(frame.code, found.empty() ? 0 : frame.instruction);
    }
    ASSERT_TRUE(existed.contains(found)) << "round " << round;
  }
  EXPECT_GT(accepted, 500U);
}

INSTANTIATE_TEST_SUITE_P(Versions, TornStack, testing::Range(11U, 16U),
                         [](const auto& test) { return "v3_" + std::to_string(test.param); });

// Before 3.11 each frame is an object, and a region.
TEST(TornHeapFrames, TheCommonRootIsKept) {
  FakeMemory memory;
  const Layout layout = fake_layout(10);
  FakeStack stack(memory, layout);
  StackReader reader(layout, stack.tstate());
  ReadPlan plan;
  for (uint64_t code = 1; code <= 4; ++code) stack.call(code);
  for (int i = 0; i < 3; ++i) read_stack(reader, memory, plan);
  // Regions: thread state, four frames, the same frames, thread state.
  memory.on_region = [&](size_t region) {
    if (region == 5) stack.return_();
  };
  EXPECT_EQ(read_stack(reader, memory, plan), Outcome::kMoved);
  EXPECT_EQ(codes_of(reader.frames()),
            (std::vector<Address>{FakeStack::code(3), FakeStack::code(2), FakeStack::code(1)}));
  // A frame that was never seen, in the second copy alone.
  memory.on_region = [&](size_t region) {
    if (region == 5) stack.call(7);
  };
  EXPECT_NE(read_stack(reader, memory, plan), Outcome::kAccepted);
  // New frames all the time, none of them ever seen again: what is expected stays small.
  memory.on_region = nullptr;
  for (int round = 0; round < 1000; ++round) {
    memory.on_region = [&](size_t region) {
      if (region != 1) return;
      for (int i = 0; i < 3; ++i) stack.return_();
      for (uint64_t i = 0; i < 3; ++i) stack.call(i);
    };
    read_stack(reader, memory, plan);
    ASSERT_LT(plan.regions().size(), 2000U) << round;
  }
}

}  // namespace
}  // namespace pyspy
