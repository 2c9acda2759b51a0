// SPDX-License-Identifier: MIT
#include "process/proc.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>

#include <algorithm>

#include "process/child_process.h"

namespace pyspy {
namespace {

TEST(Proc, ThisProcess) {
  const Result<ProcessInfo> info = read_process_info(::getpid());
  ASSERT_TRUE(info);
  EXPECT_EQ(info->pid, ::getpid());
  EXPECT_EQ(info->parent_pid, ::getppid());
  EXPECT_EQ(info->state, 'R');
  EXPECT_FALSE(info->namespace_pids.empty());
  EXPECT_FALSE(info->command.empty());
  EXPECT_NE(info->executable.find("pyspy_core_test"), std::string::npos);
  EXPECT_GT(info->start_boot_nanos, 0U);
  EXPECT_LT(info->start_boot_nanos, clock_nanos(CLOCK_BOOTTIME));
  EXPECT_TRUE(is_alive(::getpid(), info->start_boot_nanos));
  EXPECT_FALSE(is_alive(::getpid(), info->start_boot_nanos + 1));
  const std::vector<pid_t> threads = list_threads(::getpid());
  EXPECT_NE(std::find(threads.begin(), threads.end(), ::getpid()), threads.end());
  EXPECT_GT(read_namespace_tid(::getpid(), ::getpid()), 0);
}

// A program names its threads as it likes, also so as to look like the fields that follow.
TEST(Proc, OddNames) {
  const std::string kNames[] = {"",
                                "a b",
                                ")",
                                "(",
                                ") R 1 1",
                                "a\nb",
                                "\n",
                                ")\nZ 0 (",
                                "x) Z 1 2 3 4 5",
                                "\xff\xfe)",
                                "fifteen bytes.",
                                "State:\tZ",
                                " ",
                                "\t) X",
                                "NSpid:\t7"};
  for (const std::string& name : kNames) {
    Shared<std::atomic<bool>> ready;
    const ChildProcess child([&] {
      ::prctl(PR_SET_NAME, name.c_str());
      *ready = true;
      ::pause();
    });
    ASSERT_TRUE(wait_until([&] { return ready->load(); }));
    const Result<ProcessInfo> info = read_process_info(child.pid());
    ASSERT_TRUE(info) << name;
    EXPECT_EQ(info->parent_pid, ::getpid()) << name;
    EXPECT_TRUE(info->state == 'S' || info->state == 'R') << name;
    EXPECT_TRUE(is_alive(child.pid(), info->start_boot_nanos)) << name;
    EXPECT_EQ(info->namespace_pids.back(),
              static_cast<uint32_t>(read_namespace_tid(child.pid(), child.pid())));
    EXPECT_EQ(info->namespace_pids.front(), static_cast<uint32_t>(child.pid())) << name;
    EXPECT_EQ(read_thread_name(child.pid(), child.pid()), name.substr(0, 15));
  }
}

TEST(Proc, OddArguments) {
  const ChildProcess child([] {
    int ends[2];
    if (::pipe(ends) != 0) return;
    ::dup2(ends[0], STDIN_FILENO);
    ::execl("/bin/sh", "sh", "-c", "read line", "", "a b", "c\nd", "", nullptr);
  });
  Result<ProcessInfo> info = read_process_info(child.pid());
  wait_until([&] {
    info = read_process_info(child.pid());
    return info && info->command.size() > 1 && info->command[0] == "sh";
  });
  ASSERT_TRUE(info);
  EXPECT_EQ(info->command,
            (std::vector<std::string>{"sh", "-c", "read line", "", "a b", "c\nd", ""}));
}

TEST(Proc, AProcessThatHasEnded) {
  ChildProcess child([] { ::pause(); });
  const Result<ProcessInfo> before = read_process_info(child.pid());
  ASSERT_TRUE(before);
  ::kill(child.pid(), SIGKILL);
  // A zombie first: there, and not there any more.
  siginfo_t ended{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child.pid()), &ended, WEXITED | WNOWAIT), 0);
  EXPECT_FALSE(is_alive(child.pid(), before->start_boot_nanos));
  const Result<ProcessInfo> zombie = read_process_info(child.pid());
  ASSERT_FALSE(zombie);
  EXPECT_EQ(zombie.error().code, ErrorCode::kNoSuchProcess);
  ASSERT_EQ(child.wait(), SIGKILL);
  const Result<ProcessInfo> gone = read_process_info(child.pid());
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::kNoSuchProcess);
  EXPECT_FALSE(is_alive(child.pid(), before->start_boot_nanos));
  EXPECT_TRUE(list_threads(child.pid()).empty());
  EXPECT_EQ(read_thread_name(child.pid(), child.pid()), "");
  EXPECT_EQ(read_namespace_tid(child.pid(), child.pid()), child.pid());
}

TEST(Proc, TellsAProgramOfItsOwnFromAFork) {
  const ChildProcess forked([] { ::pause(); });
  const ChildProcess executed([] { ::execlp("sleep", "sleep", "600", nullptr); });
  ASSERT_TRUE(wait_until([&] {
    const auto stat = read_process_stat(executed.pid());
    return stat && stat->has_executed && stat->stack_start != 0;
  }));
  const auto copy = read_process_stat(forked.pid());
  ASSERT_TRUE(copy);
  EXPECT_FALSE(copy->has_executed);
  EXPECT_EQ(copy->parent_pid, ::getpid());
  EXPECT_EQ(copy->stack_start, read_process_stat(::getpid())->stack_start);
}

TEST(Proc, SeesAParentThatWaitsForItsVfork) {
  Shared<std::atomic<pid_t>> grandchild;
  const ChildProcess child([&] {
    const pid_t pid = ::vfork();
    if (pid == 0) {
      *grandchild = ::getpid();
      ::pause();
      ::_exit(0);
    }
    ::pause();
  });
  EXPECT_FALSE(is_in_vfork(::getpid()));
  ASSERT_TRUE(wait_until([&] { return *grandchild != 0 && is_in_vfork(child.pid()); }));
  ::kill(*grandchild, SIGKILL);
  EXPECT_TRUE(wait_until([&] { return !is_in_vfork(child.pid()); }));
}

TEST(Proc, CpuTimeOfAProcess) {
  const ChildProcess idle([] { ::pause(); });
  wait_until([&] { return read_process_stat(idle.pid())->state == 'S'; });
  const uint64_t before = process_cpu_nanos(idle.pid());
  EXPECT_GT(before, 0U);
  EXPECT_EQ(process_cpu_nanos(idle.pid()), before);
  const uint64_t own = process_cpu_nanos(::getpid());
  EXPECT_GT(process_cpu_nanos(::getpid()), own);
  EXPECT_EQ(process_cpu_nanos(4194304), 0U);
}

}  // namespace
}  // namespace pyspy
