// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/ptrace.h>

#include "process/busy_child.h"
#include "process/thread_stopper_linux.h"

namespace pyspy {
namespace {

using Outcome = ThreadStopper::Outcome;

TEST_F(Stopping, AThreadStandsUntilItIsReleased) {
  const ChildProcess child([] { run_busy_child(false); });
  ASSERT_TRUE(runs_on());
  ThreadStopper stopper(child.pid());
  const uint64_t start = monotonic_nanos();
  ASSERT_TRUE(stop(stopper, child.pid()));
  EXPECT_EQ(status_number(child.pid(), "TracerPid"), ::getpid());
  const uint64_t before = shared_->rounds;
  const timespec moment = {0, 3'000'000};
  ::nanosleep(&moment, nullptr);
  EXPECT_EQ(shared_->rounds, before);
  const uint64_t stood = stopper.release();
  EXPECT_GE(stood, 3'000'000U);
  EXPECT_LE(stood, monotonic_nanos() - start);
  EXPECT_EQ(status_number(child.pid(), "TracerPid"), 0);
  EXPECT_TRUE(runs_on());
  EXPECT_FALSE(stopper.has_late());
}

TEST_F(Stopping, ManyTimes) {
  ChildProcess child([] { run_busy_child(true); });
  ASSERT_TRUE(wait_until([&] { return shared_->worker != 0; }));
  ThreadStopper stopper(child.pid());
  int stopped = 0;
  for (int i = 0; i < 500; ++i) {
    const Outcome outcome = stopper.stop(i % 2 == 0 ? child.pid() : shared_->worker.load());
    ASSERT_NE(outcome, Outcome::kRefused);
    if (outcome == Outcome::kStopped) {
      stopper.release();
      ++stopped;
    } else {
      stopper.release_late(monotonic_nanos() + 20 * kNanosPerSecond);
    }
  }
  EXPECT_GT(stopped, 0);
  EXPECT_FALSE(stopper.has_late());
  EXPECT_EQ(status_number(child.pid(), "TracerPid"), 0);
  EXPECT_EQ(status_number(shared_->worker, "TracerPid"), 0);
  shared_->end = true;
  EXPECT_EQ(child.wait(), 0);  // with its own exit status
}

// Signals queue up: each must arrive, with what was sent along, in order, whether it comes before,
// during or after a stop.
TEST_F(Stopping, SignalsArrive) {
  constexpr int kSignals = 400;
  const ChildProcess child([] {
    struct sigaction action {};
    action.sa_flags = SA_SIGINFO;
    action.sa_sigaction = [](int, siginfo_t* info, void*) {
      const int number = busy->signals.fetch_add(1);
      if (info->si_value.sival_int != number) ++busy->out_of_order;
    };
    ::sigaction(SIGRTMIN, &action, nullptr);
    run_busy_child(false);
  });
  ASSERT_TRUE(runs_on());
  const auto send = [&](int number) {
    sigval value{};
    value.sival_int = number;
    EXPECT_EQ(::sigqueue(child.pid(), SIGRTMIN, value), 0);
  };
  ThreadStopper stopper(child.pid());
  for (int i = 0; i < kSignals; ++i) {
    if (i % 3 == 0) send(i);
    const Outcome outcome = stopper.stop(child.pid());
    ASSERT_NE(outcome, Outcome::kRefused);
    if (i % 3 == 1) send(i);
    if (outcome == Outcome::kStopped) stopper.release();
    if (i % 3 == 2) send(i);
    stopper.release_late(monotonic_nanos() + 20 * kNanosPerSecond);
  }
  EXPECT_TRUE(wait_until([&] { return shared_->signals == kSignals; })) << shared_->signals;
  EXPECT_EQ(shared_->out_of_order, 0);
}

// Threads that are held stand together, until all are let go.
TEST_F(Stopping, ThreadsAreHeldTogether) {
  ChildProcess child([] { run_busy_child(true); });
  ASSERT_TRUE(wait_until([&] { return shared_->worker != 0; }));
  ASSERT_TRUE(runs_on());
  ThreadStopper stopper(child.pid());
  ASSERT_TRUE(stopper.request(child.pid()));
  ASSERT_TRUE(stopper.request(shared_->worker));
  size_t held = 0;
  while (stopper.next_stopped(monotonic_nanos() + 10 * kNanosPerSecond) != 0) {
    stopper.hold();
    ++held;
  }
  ASSERT_EQ(held, 2U);
  EXPECT_TRUE(stopper.has_held());
  EXPECT_EQ(status_number(child.pid(), "TracerPid"), ::getpid());
  EXPECT_EQ(status_number(shared_->worker, "TracerPid"), ::getpid());
  size_t let_go = 0;
  stopper.release_held([&](uint64_t nanos) { let_go += nanos > 0; });
  EXPECT_EQ(let_go, 2U);
  EXPECT_FALSE(stopper.has_held());
  EXPECT_TRUE(runs_on());
}

// The exit status of a process is for its parent, here the test, and comes without delay.
TEST_F(Stopping, AProcessThatIsKilledWhileAThreadStands) {
  for (const bool worker : {false, true}) {
    shared_->worker = 0;
    ChildProcess child([] { run_busy_child(true); });
    ASSERT_TRUE(wait_until([&] { return shared_->worker != 0; }));
    ThreadStopper stopper(child.pid());
    const pid_t tid = worker ? shared_->worker.load() : child.pid();
    ASSERT_TRUE(stop(stopper, tid));
    ASSERT_EQ(::kill(child.pid(), SIGKILL), 0);
    stopper.release();
    stopper.release_late(monotonic_nanos() + kNanosPerSecond);
    EXPECT_FALSE(stopper.has_late());
    const int status = child.wait();
    EXPECT_TRUE(WIFSIGNALED(status)) << worker;
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
  }
}

// Also where the process is not a child of the agent's: its parent gets the status.
TEST_F(Stopping, AForeignProcessThatIsKilledWhileAThreadStands) {
  Shared<std::atomic<pid_t>> grandchild;
  ChildProcess parent([&] {
    const ChildProcess child([] { run_busy_child(true); });
    *grandchild = child.pid();
    int status = 0;
    const bool reaped = ::waitpid(child.pid(), &status, 0) == child.pid();
    ::_exit(reaped && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 0 : 1);
  });
  ASSERT_TRUE(wait_until([&] { return shared_->worker != 0 && *grandchild != 0; }));
  ThreadStopper stopper;
  ASSERT_TRUE(stop(stopper, shared_->worker));
  ASSERT_EQ(::kill(*grandchild, SIGKILL), 0);
  stopper.release();
  stopper.release_late(monotonic_nanos() + kNanosPerSecond);
  EXPECT_FALSE(stopper.has_late());
  EXPECT_EQ(parent.wait(), 0);
}

TEST_F(Stopping, AThreadThatHasEndedIsRefused) {
  pid_t gone = 0;
  {
    ChildProcess child([] {});
    gone = child.pid();
    ThreadStopper stopper(gone);
    siginfo_t ended{};
    ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(gone), &ended, WEXITED | WNOWAIT), 0);
    EXPECT_EQ(stopper.stop(gone), Outcome::kRefused);  // a zombie
    EXPECT_EQ(child.wait(), 0);
  }
  ThreadStopper stopper;
  EXPECT_EQ(stopper.stop(gone), Outcome::kRefused);
  EXPECT_FALSE(stopper.has_late());
}

// Whoever ignores it is not told of stops, and passes that on to the programs that it starts.
TEST_F(Stopping, HearsOfStopsThoughItsParentDidNot) {
  ::signal(SIGCHLD, SIG_IGN);
  const ThreadStopper stopper;
  EXPECT_EQ(::signal(SIGCHLD, SIG_DFL), SIG_DFL);
}

TEST_F(Stopping, AThreadThatIsTracedIsRefused) {
  const ChildProcess child([] { run_busy_child(false); });
  ASSERT_TRUE(runs_on());
  Shared<std::atomic<bool>> attached;
  const ChildProcess debugger([&] {
    if (::ptrace(PTRACE_SEIZE, child.pid(), nullptr, nullptr) != 0) return;
    *attached = true;
    ::pause();
  });
  if (!wait_until([&] { return attached->load(); }, kNanosPerSecond)) {
    GTEST_SKIP() << "a process may not trace its siblings here";
  }
  ThreadStopper stopper(child.pid());
  EXPECT_EQ(stopper.stop(child.pid()), Outcome::kRefused);
  EXPECT_EQ(status_number(child.pid(), "TracerPid"), debugger.pid());
  EXPECT_TRUE(runs_on());
}

}  // namespace
}  // namespace pyspy
