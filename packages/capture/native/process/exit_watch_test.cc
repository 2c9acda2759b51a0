// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <thread>

#include "process/child_process.h"
#include "process/exit_watch_linux.h"
#include "process/proc.h"

namespace pyspy {
namespace {

ExitWatch watch(pid_t pid) { return {pid, read_process_stat(pid)->start_boot_nanos}; }

// A child of ours is not reaped by being watched.
TEST(ExitWatch, AChild) {
  ChildProcess child([] {
    ::pause();
    ::_exit(0);
  });
  const ExitWatch exit = watch(child.pid());
  EXPECT_TRUE(exit.is_open());
  EXPECT_FALSE(exit.has_ended());
  ::kill(child.pid(), SIGKILL);
  EXPECT_TRUE(wait_until([&] { return exit.has_ended(); }));
  EXPECT_EQ(exit.wait_status(), SIGKILL);
  EXPECT_EQ(child.wait(), SIGKILL);
}

TEST(ExitWatch, ReapsAChild) {
  ChildProcess child([] { ::_exit(3); });
  const ExitWatch exit = watch(child.pid());
  EXPECT_TRUE(wait_until([&] { return exit.has_ended(); }));
  EXPECT_EQ(exit.wait_status(), 3 << 8);
  exit.reap();
  EXPECT_FALSE(read_process_stat(child.pid()));
}

// A grandchild whose parent does not ask how it ended.
TEST(ExitWatch, AProcessThatIsNoChild) {
  Shared<std::atomic<pid_t>> grandchild;
  const ChildProcess child([&] {
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::pause();
      ::_exit(0);
    }
    *grandchild = pid;
    ::pause();
  });
  ASSERT_TRUE(wait_until([&] { return *grandchild != 0; }));
  const pid_t pid = *grandchild;
  const ExitWatch exit = watch(pid);
  EXPECT_FALSE(exit.has_ended());
  ::kill(pid, SIGTERM);
  EXPECT_TRUE(wait_until([&] { return exit.has_ended(); }));
  EXPECT_EQ(exit.wait_status(), SIGTERM);
}

TEST(ExitWatch, AThreadIsNoProcess) {
  std::atomic<pid_t> tid = 0;
  std::atomic<bool> end = false;
  std::thread thread([&] {
    tid = ::gettid();
    while (!end) std::this_thread::yield();
  });
  while (tid == 0) std::this_thread::yield();
  const ExitWatch exit(tid, 0);
  EXPECT_FALSE(exit.is_open());
  end = true;
  thread.join();
}

}  // namespace
}  // namespace pyspy
