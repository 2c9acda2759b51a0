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

// A running thread stops within some 5 us. One that has lost its CPU, perhaps to us, needs us to
// give it back; one that does not get any within milliseconds is not waited for.
constexpr uint64_t kSpinNanos = 10'000;
constexpr uint64_t kStopNanos = 2'000'000;
constexpr uint64_t kLastWaitNanos = kNanosPerSecond;

sigset_t child_signal() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGCHLD);
  return set;
}

// Sleeps until a thread that is traced stops or ends, or a signal comes, or the time is over.
// False where it was another signal.
bool sleep_until_stop(uint64_t nanos) {
  const sigset_t set = child_signal();
  const timespec time = {static_cast<time_t>(nanos / kNanosPerSecond),
                         static_cast<long>(nanos % kNanosPerSecond)};
  return ::sigtimedwait(&set, nullptr, &time) >= 0 || errno != EINTR;
}

// False where the thread does not stand any more: it was killed, and is about to end.
bool detach(pid_t tid, int signal) {
  return ::ptrace(PTRACE_DETACH, tid, nullptr,
                  reinterpret_cast<void*>(static_cast<intptr_t>(signal))) == 0;
}

}  // namespace

ThreadStopper::ThreadStopper(pid_t child) : child_(child) {
  // A stop is told by SIGCHLD, which is waited for; blocked, it stays pending until then. Whoever
  // ignores it is told nothing, and that is passed on to the programs that one starts.
  ::signal(SIGCHLD, SIG_DFL);
  const sigset_t set = child_signal();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
}

ThreadStopper::~ThreadStopper() { release_late(monotonic_nanos() + kLastWaitNanos); }

ThreadStopper::Outcome ThreadStopper::stop(pid_t tid) {
  if (std::find(late_.begin(), late_.end(), tid) != late_.end()) return Outcome::kLate;
  if (::ptrace(PTRACE_SEIZE, tid, nullptr, nullptr) != 0) return Outcome::kRefused;
  // Fails only where the thread has just ended, and waiting for it tells.
  ::ptrace(PTRACE_INTERRUPT, tid, nullptr, nullptr);
  const Outcome outcome = wait_for_stop(tid, monotonic_nanos() + kStopNanos);
  if (outcome == Outcome::kStopped) stopped_ = tid;
  if (outcome == Outcome::kLate) late_.push_back(tid);
  return outcome;
}

uint64_t ThreadStopper::release() {
  // A thread that was killed meanwhile stays a zombie, and keeps its process from ending for those
  // who wait for that, until its tracer has seen its end.
  if (!detach(stopped_, pending_signal_)) late_.push_back(stopped_);
  stopped_ = 0;
  return monotonic_nanos() - running_nanos_;
}

ThreadStopper::Outcome ThreadStopper::wait_for_stop(pid_t tid, uint64_t deadline_nanos) {
  const auto id = static_cast<id_t>(tid);
  const uint64_t start = monotonic_nanos();
  for (uint64_t now = start;; now = monotonic_nanos()) {
    running_nanos_ = now;
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
    if (now - start > kSpinNanos) sleep_until_stop(deadline_nanos - now);
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
    if (!sleep_until_stop(deadline_nanos - now)) return;
  }
}

}  // namespace pyspy
