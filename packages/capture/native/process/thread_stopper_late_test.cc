// SPDX-License-Identifier: MIT
//
// Threads that do not stop in time.
#include <gtest/gtest.h>
#include <sched.h>

#include <optional>

#include "process/busy_child.h"
#include "process/thread_stopper_linux.h"

namespace pyspy {
namespace {

using Outcome = ThreadStopper::Outcome;

// A child that has no CPU to stop on, since a real-time process has it.
class LateStop : public Stopping {
 protected:
  Shared<std::atomic<int>> hogging_;

  static bool pin(pid_t pid, int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return ::sched_setaffinity(pid, sizeof set, &set) == 0;
  }

  // Has the last CPU for itself, for less time than after which the kernel steps in.
  void hog(int cpu) {
    const sched_param priority = {.sched_priority = 50};
    if (!pin(0, cpu) || ::sched_setscheduler(0, SCHED_FIFO, &priority) != 0) {
      *hogging_ = -1;
      return;
    }
    *hogging_ = 1;
    const uint64_t end = monotonic_nanos() + kNanosPerSecond / 5;
    while (monotonic_nanos() < end) {
    }
  }

  void SetUp() override {
    Stopping::SetUp();
    ::sched_getaffinity(0, sizeof before_, &before_);
  }
  void TearDown() override { ::sched_setaffinity(0, sizeof before_, &before_); }

  // Stops a child late; false where that cannot be arranged.
  bool stop_late(ThreadStopper& stopper, pid_t child, std::optional<ChildProcess>& hogger) {
    const int cpus = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
    if (cpus < 2 || !pin(0, 0) || !pin(child, cpus - 1)) return false;
    hogger.emplace([&] { hog(cpus - 1); });
    if (!wait_until([&] { return *hogging_ != 0; }) || *hogging_ < 0) return false;
    const uint64_t start = monotonic_nanos();
    const Outcome outcome = stopper.stop(child);
    const uint64_t took = monotonic_nanos() - start;
    EXPECT_LT(took, 50'000'000U);
    return outcome == Outcome::kLate;
  }

 private:
  cpu_set_t before_{};
};

TEST_F(LateStop, IsReleasedWhenItComes) {
  const ChildProcess child([] { run_busy_child(false); });
  ASSERT_TRUE(runs_on());
  std::optional<ChildProcess> hogger;
  ThreadStopper stopper(child.pid());
  if (!stop_late(stopper, child.pid(), hogger)) {
    GTEST_SKIP() << "needs two CPUs and a real-time priority";
  }
  EXPECT_TRUE(stopper.has_late());
  EXPECT_EQ(stopper.stop(child.pid()), Outcome::kLate);  // still
  const uint64_t start = monotonic_nanos();
  stopper.release_late(start + 1'000'000);  // no longer than that
  EXPECT_LT(monotonic_nanos() - start, 100'000'000U);
  stopper.release_late(monotonic_nanos() + 20 * kNanosPerSecond);
  EXPECT_FALSE(stopper.has_late());
  EXPECT_EQ(status_number(child.pid(), "TracerPid"), 0);
  EXPECT_TRUE(runs_on());
}

TEST_F(LateStop, IsReleasedWhenTheAgentEnds) {
  const ChildProcess child([] { run_busy_child(false); });
  ASSERT_TRUE(runs_on());
  std::optional<ChildProcess> hogger;
  {
    ThreadStopper stopper(child.pid());
    if (!stop_late(stopper, child.pid(), hogger)) {
      GTEST_SKIP() << "needs two CPUs and a real-time priority";
    }
  }
  EXPECT_EQ(status_number(child.pid(), "TracerPid"), 0);
  EXPECT_TRUE(runs_on());
}

TEST_F(LateStop, OfAThreadThatIsKilled) {
  ChildProcess child([] { run_busy_child(false); });
  ASSERT_TRUE(runs_on());
  std::optional<ChildProcess> hogger;
  ThreadStopper stopper(child.pid());
  if (!stop_late(stopper, child.pid(), hogger)) {
    GTEST_SKIP() << "needs two CPUs and a real-time priority";
  }
  ASSERT_EQ(::kill(child.pid(), SIGKILL), 0);
  stopper.release_late(monotonic_nanos() + 20 * kNanosPerSecond);
  EXPECT_FALSE(stopper.has_late());
  EXPECT_EQ(child.wait(), SIGKILL);
}

}  // namespace
}  // namespace pyspy
