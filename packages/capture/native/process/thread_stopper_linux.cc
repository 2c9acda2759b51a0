// SPDX-License-Identifier: MIT
#include "process/thread_stopper_linux.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "base/clock.h"

namespace pyspy {
namespace {

// A running thread stops within some 5 us. One whose CPU is taken away meanwhile may need
// milliseconds, which the other threads' samples do not wait for.
constexpr uint64_t kSpinNanos = 50'000;
constexpr uint64_t kStopNanos = 2'000'000;
constexpr uint64_t kPollNanos = 100'000;
constexpr uint64_t kLastWaitNanos = kNanosPerSecond;

// False where the thread does not stand any more: it was killed, and is about to end.
bool detach(pid_t tid, int signal) {
  return ::ptrace(PTRACE_DETACH, tid, nullptr,
                  reinterpret_cast<void*>(static_cast<intptr_t>(signal))) == 0;
}

}  // namespace

ThreadStopper::~ThreadStopper() { release_late(monotonic_nanos() + kLastWaitNanos); }

ThreadStopper::Outcome ThreadStopper::stop(pid_t tid) {
  if (std::find(late_.begin(), late_.end(), tid) != late_.end()) return Outcome::kLate;
  if (::ptrace(PTRACE_SEIZE, tid, nullptr, nullptr) != 0) return Outcome::kRefused;
  interrupted_nanos_ = monotonic_nanos();
  // Fails only where the thread has just ended, and waiting for it tells.
  ::ptrace(PTRACE_INTERRUPT, tid, nullptr, nullptr);
  const Outcome outcome = wait_for_stop(tid, interrupted_nanos_ + kStopNanos);
  if (outcome == Outcome::kStopped) stopped_ = tid;
  if (outcome == Outcome::kLate) late_.push_back(tid);
  return outcome;
}

uint64_t ThreadStopper::release() {
  // A thread that was killed meanwhile stays a zombie, and keeps its process from ending for those
  // who wait for that, until its tracer has seen its end.
  if (!detach(stopped_, pending_signal_)) late_.push_back(stopped_);
  stopped_ = 0;
  return monotonic_nanos() - interrupted_nanos_;
}

ThreadStopper::Outcome ThreadStopper::wait_for_stop(pid_t tid, uint64_t deadline_nanos) {
  const auto id = static_cast<id_t>(tid);
  const uint64_t start = monotonic_nanos();
  for (uint64_t now = start;; now = monotonic_nanos()) {
    siginfo_t info{};
    // WNOWAIT: the exit status of a thread is for its parent, which may be another part of us.
    if (::waitid(P_PID, id, &info, WSTOPPED | WEXITED | __WALL | WNOHANG | WNOWAIT) != 0) {
      return Outcome::kRefused;
    }
    if (info.si_pid != 0) {
      if (info.si_code != CLD_TRAPPED && info.si_code != CLD_STOPPED) {
        // It ended. Nobody else is told before its tracer has looked.
        if (tid != child_) ::waitid(P_PID, id, &info, WEXITED | __WALL | WNOHANG);
        return Outcome::kRefused;
      }
      ::waitid(P_PID, id, &info, WSTOPPED | __WALL | WNOHANG);
      // si_status: the signal, and above it an event where the stop is ours, not a signal's.
      pending_signal_ = info.si_status >> 8 == 0 ? info.si_status : 0;
      return Outcome::kStopped;
    }
    if (now >= deadline_nanos) return Outcome::kLate;
    if (now - start > kSpinNanos) {
      const timespec pause = {0, static_cast<long>(kPollNanos)};
      ::nanosleep(&pause, nullptr);
    }
  }
}

void ThreadStopper::release_late(uint64_t deadline_nanos) {
  while (!late_.empty()) {
    std::erase_if(late_, [&](pid_t tid) {
      const Outcome outcome = wait_for_stop(tid, 0);
      if (outcome == Outcome::kStopped) return detach(tid, pending_signal_);
      return outcome != Outcome::kLate;
    });
    const uint64_t now = monotonic_nanos();
    if (late_.empty() || now >= deadline_nanos) return;
    const timespec pause = {0, static_cast<long>(std::min(kPollNanos, deadline_nanos - now))};
    if (::nanosleep(&pause, nullptr) != 0) return;
  }
}

}  // namespace pyspy
