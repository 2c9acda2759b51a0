// SPDX-License-Identifier: MIT
#include "cpython/thread_lists.h"

#include <gtest/gtest.h>

#include "cpython/fake_debug_offsets.h"
#include "process/fake_memory.h"

namespace pyspy {
namespace {

// The lists of interpreters and threads of one version.
class ThreadLists : public testing::TestWithParam<uint32_t> {
 protected:
  FakeMemory memory_;
  Layout layout_ = fake_layout(GetParam());
  Runtime runtime_ = made(memory_.map(4096), layout_);
  Address last_interp_ = 0;

  // Before 3.7 the list and the GIL are variables of their own.
  static Runtime made(Address address, const Layout& layout) {
    if (layout.has_runtime()) return runtime_at(address, layout);
    Runtime runtime;
    runtime.layout = layout;
    runtime.address = runtime.interpreters_head = address;
    runtime.gil = address + 64;
    return runtime;
  }

  void put(Address at, int32_t offset, Address value) {
    memory_.put<Address>(at + static_cast<Address>(offset), value);
  }

  Address add_interpreter(int64_t id) {
    const Address interp = memory_.map(8192);
    put(interp, layout_.interp_next, last_interp_);
    if (layout_.interp_id != Layout::kAbsent) {
      put(interp, layout_.interp_id, static_cast<Address>(id));
    }
    if (layout_.interp_ceval_gil != Layout::kAbsent) put(interp, layout_.interp_ceval_gil, 0x777);
    put(runtime_.interpreters_head, 0, interp);
    return last_interp_ = interp;
  }

  // New threads come first.
  Address add_thread(Address interp) {
    const Address tstate = memory_.map(64);
    Address head = 0;
    memory_.read_value(interp + static_cast<Address>(layout_.interp_threads_head), head);
    put(tstate, layout_.tstate_next, head);
    put(tstate, layout_.tstate_interp, interp);
    put(interp, layout_.interp_threads_head, tstate);
    if (head == 0 && layout_.interp_threads_main != Layout::kAbsent) {
      put(interp, layout_.interp_threads_main, tstate);
    }
    return tstate;
  }
};

TEST_P(ThreadLists, AreWalked) {
  const Address main = add_interpreter(0);
  const Address first = add_thread(main);
  const Address second = add_thread(main);
  const Address sub = add_interpreter(1);
  const Address third = add_thread(sub);
  const Result<RuntimeThreads> found = read_threads(runtime_, memory_);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->interpreters.size(), 2U);
  EXPECT_EQ(found->interpreters[0].interp, sub);
  EXPECT_EQ(found->interpreters[0].id, 1);
  EXPECT_EQ(found->interpreters[1].interp, main);
  for (const InterpreterAddress& interpreter : found->interpreters) {
    const bool own = layout_.interp_ceval_gil != Layout::kAbsent;
    EXPECT_EQ(interpreter.gil, own ? 0x777 : runtime_.gil);
  }
  ASSERT_EQ(found->threads.size(), 3U);
  EXPECT_EQ(found->threads[0].tstate, third);
  EXPECT_EQ(found->threads[1].tstate, second);
  EXPECT_EQ(found->threads[2].tstate, first);
  EXPECT_FALSE(found->threads[1].main);
  EXPECT_TRUE(found->threads[2].main);
}

TEST_P(ThreadLists, AreNotThereYet) {
  EXPECT_EQ(read_threads(runtime_, memory_).error().code, ErrorCode::kNotReady);
  add_interpreter(0);
  EXPECT_EQ(read_threads(runtime_, memory_).error().code, ErrorCode::kNotReady);
  Runtime gone = runtime_;
  gone.interpreters_head = 0x10;
  EXPECT_EQ(read_threads(gone, memory_).error().code, ErrorCode::kNotReady);
}

TEST_P(ThreadLists, ThatMakeNoSenseAreRefused) {
  const Address interp = add_interpreter(0);
  const Address first = add_thread(interp);
  const Address second = add_thread(interp);
  for (const Address next : {first, second, Address{1}, Address{1} << 63U, ~Address{7}, interp}) {
    put(first, layout_.tstate_next, next);
    const uint64_t before = memory_.reads();
    EXPECT_FALSE(read_threads(runtime_, memory_)) << next;
    EXPECT_LT(memory_.reads() - before, 200'000U);
  }
  put(first, layout_.tstate_next, 0);
  put(first, layout_.tstate_interp, interp + 8);  // a thread of another interpreter
  EXPECT_FALSE(read_threads(runtime_, memory_));
  put(first, layout_.tstate_interp, interp);
  EXPECT_TRUE(read_threads(runtime_, memory_));
  for (const Address next : {interp, Address{1}, ~Address{7}}) {
    put(interp, layout_.interp_next, next);
    const uint64_t before = memory_.reads();
    const Result<RuntimeThreads> found = read_threads(runtime_, memory_);
    EXPECT_LE(found ? found->threads.size() : 0, 65'536U);
    EXPECT_LT(memory_.reads() - before, 200'000U);
  }
}

TEST_P(ThreadLists, ManyThreadsAreTooMany) {
  const Address interp = add_interpreter(0);
  constexpr size_t kThreads = 100'000;
  constexpr size_t kStep = 64;
  const Address all = memory_.map(kThreads * kStep);
  for (size_t i = 0; i < kThreads; ++i) {
    const Address tstate = all + i * kStep;
    put(tstate, layout_.tstate_next, i + 1 < kThreads ? tstate + kStep : 0);
    put(tstate, layout_.tstate_interp, interp);
  }
  put(interp, layout_.interp_threads_head, all + (kThreads - 60'000) * kStep);
  const Result<RuntimeThreads> some = read_threads(runtime_, memory_);
  ASSERT_TRUE(some);
  EXPECT_EQ(some->threads.size(), 60'000U);
  put(interp, layout_.interp_threads_head, all);
  EXPECT_FALSE(read_threads(runtime_, memory_));
}

INSTANTIATE_TEST_SUITE_P(Versions, ThreadLists, testing::Range(3U, 16U),
                         [](const auto& test) { return "v3_" + std::to_string(test.param); });

}  // namespace
}  // namespace pyspy
