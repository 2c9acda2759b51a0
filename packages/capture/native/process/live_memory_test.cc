// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "process/child_process.h"
#include "process/live_memory_linux.h"

namespace pyspy {
namespace {

// Waits for step 1, takes the page away, and says so: step 2.
[[gnu::noinline]] void take_away(Address page, std::atomic<int>* step) {
  while (*step == 0) ::usleep(100);
  ::mprotect(reinterpret_cast<void*>(page), 4096, PROT_NONE);
  *step = 2;
  ::pause();
}

// The same with a frame that is in none of the pages in which the stack begins, where the mark is.
[[gnu::noinline]] void take_away_from_far_below(Address page, std::atomic<int>* step) {
  std::array<char, 65536> room;
  asm volatile("" : : "r"(room.data()) : "memory");
  take_away(page, step);
  asm volatile("" : : "r"(room.data()) : "memory");
}

bool is_marked(LiveMemory& memory, Address address) {
  ReadPlan plan;
  plan.add(address, 8);
  memory.add_mark(plan);
  return memory.read(plan) && memory.has_mark(plan);
}

TEST(LiveMemoryTest, AProgramHasItsMark) {
  const uint64_t value = 42;
  LiveMemory memory(::getpid());
  EXPECT_TRUE(is_marked(memory, reinterpret_cast<Address>(&value)));
}

// Another program has other random bytes, though this one keeps its own in the same place.
TEST(LiveMemoryTest, AnotherProgramHasNot) {
  const Address place = ::getauxval(AT_RANDOM);
  const ChildProcess child([&] {
    std::memset(reinterpret_cast<void*>(place), 7, 16);
    ::raise(SIGSTOP);
  });
  int status = 0;
  LiveMemory before(::getpid());
  ASSERT_TRUE(is_marked(before, place));
  ASSERT_EQ(::waitpid(child.pid(), &status, WUNTRACED), child.pid());
  LiveMemory memory(child.pid());
  EXPECT_TRUE(is_marked(memory, place));
  ReadPlan plan;
  before.add_mark(plan);
  ASSERT_TRUE(memory.read(plan));
  EXPECT_FALSE(before.has_mark(plan));
}

// Then plans are read all the same, and tell nothing.
TEST(LiveMemoryTest, AMarkThatIsGoneIsGivenUp) {
  Shared<std::atomic<int>> step;
  const Address place = ::getauxval(AT_RANDOM);
  const Address page = place & ~Address{4095};
  const ChildProcess child([&] { take_away_from_far_below(page, &*step); });
  LiveMemory memory(child.pid());
  const auto address = reinterpret_cast<Address>(&*step);
  ASSERT_TRUE(is_marked(memory, address));
  *step = 1;
  ASSERT_TRUE(wait_until([&] { return *step == 2; }));
  EXPECT_FALSE(is_marked(memory, address));
  memory.check_mark();
  ReadPlan plan;
  plan.add(address, 4);
  memory.add_mark(plan);
  EXPECT_EQ(plan.regions().size(), 1U);
  EXPECT_TRUE(memory.read(plan));
  EXPECT_FALSE(memory.has_mark(plan));
}

}  // namespace
}  // namespace pyspy
