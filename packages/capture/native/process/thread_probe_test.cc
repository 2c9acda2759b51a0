// SPDX-License-Identifier: MIT
#include "process/thread_probe.h"

#include <gtest/gtest.h>
#include <linux/futex.h>
#include <sys/syscall.h>

#include "process/child_process.h"

namespace pyspy {
namespace {

// What the probe finds once a condition holds; the last answer where it never does.
ThreadStatus probe_until(const ThreadProbe& probe,
                         const std::function<bool(const ThreadStatus&)>& holds) {
  ThreadStatus status;
  wait_until([&] { return !probe.read(status) || holds(status); });
  return status;
}

TEST(ThreadProbeTest, AThreadThatRuns) {
  const ChildProcess child([] {
    for (std::atomic<int> rounds{0};; ++rounds) {
    }
  });
  const ThreadProbe probe(child.pid(), child.pid());
  ThreadStatus status = probe_until(
      probe, [](const ThreadStatus& now) { return now.runnable && now.cpu_nanos != 0; });
  ASSERT_TRUE(status.known);
  EXPECT_TRUE(status.runnable);
  EXPECT_EQ(status.syscall, -1);
  ASSERT_TRUE(status.cpu_known);
  const uint64_t before = status.cpu_nanos;
  EXPECT_TRUE(wait_until([&] { return probe.read(status) && status.cpu_nanos > before; }));
  EXPECT_TRUE(status.runnable);
}

TEST(ThreadProbeTest, AThreadThatReads) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const ChildProcess child([&] {
    char byte = 0;
    while (::read(ends[0], &byte, 1) == 1) {
    }
  });
  const ThreadProbe probe(child.pid(), child.pid());
  ThreadStatus status =
      probe_until(probe, [](const ThreadStatus& now) { return now.syscall == SYS_read; });
  ASSERT_TRUE(status.known);
  EXPECT_FALSE(status.runnable);
  EXPECT_EQ(status.syscall, SYS_read);
  EXPECT_EQ(status.first_argument, static_cast<Address>(ends[0]));
  // It is blocked still, and has used no CPU time since: asked again, as its account may have been
  // read just before it got there.
  ASSERT_TRUE(probe.read(status));
  const ThreadStatus before = status;
  ASSERT_TRUE(probe.read(status));
  EXPECT_EQ(status.cpu_nanos, before.cpu_nanos);
  EXPECT_EQ(status.syscall, before.syscall);
  EXPECT_FALSE(status.runnable);
  // What it uses for a moment is seen once it is blocked again.
  ASSERT_EQ(::write(ends[1], "x", 1), 1);
  EXPECT_TRUE(
      wait_until([&] { return probe.read(status) && status.cpu_nanos > before.cpu_nanos; }));
  ::close(ends[0]);
  ::close(ends[1]);
}

// Its time and time slices stay the same for as long as it has its CPU, and no longer.
TEST(ThreadProbeTest, AThreadThatRunsAndThenWaits) {
  Shared<std::atomic<int>> step;
  const ChildProcess child([&] {
    for (;;) {
      while (*step % 2 == 0) {
      }
      ++*step;
      ::pause();
    }
  });
  const ThreadProbe probe(child.pid(), child.pid());
  ThreadStatus status;
  ASSERT_TRUE(wait_until([&] { return probe.read(status) && status.cpu_nanos != 0; }));
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(probe.read(status));
    ASSERT_TRUE(status.runnable);
  }
  *step = 1;
  EXPECT_TRUE(wait_until([&] { return probe.read(status) && !status.runnable; }));
  EXPECT_EQ(status.syscall, SYS_pause);
}

TEST(ThreadProbeTest, AThreadThatWaitsOnAFutex) {
  Shared<std::atomic<uint32_t>> word;
  const ChildProcess child([&] {
    while (*word == 0) ::syscall(SYS_futex, &*word, FUTEX_WAIT, 0, nullptr, nullptr, 0);
  });
  const ThreadProbe probe(child.pid(), child.pid());
  const ThreadStatus status =
      probe_until(probe, [](const ThreadStatus& now) { return now.syscall == SYS_futex; });
  ASSERT_TRUE(status.known);
  EXPECT_FALSE(status.runnable);
  EXPECT_EQ(status.syscall, SYS_futex);
  EXPECT_EQ(status.first_argument, reinterpret_cast<Address>(&*word));
}

TEST(ThreadProbeTest, AThreadThatEnds) {
  ChildProcess child([] { ::pause(); });
  const ThreadProbe probe(child.pid(), child.pid());
  ThreadStatus status;
  ASSERT_TRUE(probe.read(status));
  ::kill(child.pid(), SIGKILL);
  ASSERT_EQ(child.wait(), SIGKILL);
  EXPECT_FALSE(probe.read(status));
}

// Nothing is known of it, which is not to say that it has ended.
TEST(ThreadProbeTest, AThreadWhoseIdIsNotKnown) {
  const ThreadProbe probe(::getpid(), 0);
  ThreadStatus status;
  EXPECT_TRUE(probe.read(status));
  EXPECT_FALSE(status.known);
  EXPECT_FALSE(status.cpu_known);
}

}  // namespace
}  // namespace pyspy
