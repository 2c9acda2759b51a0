// SPDX-License-Identifier: MIT
#include "process/thread_stopper_linux.h"

#include <elf.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
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
// From one look for a stop to the next, where no signal tells of it.
constexpr uint64_t kLookNanos = 20'000;

sigset_t child_signal() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGCHLD);
  return set;
}

// False where the thread does not stand any more: it was killed, and is about to end.
bool detach(pid_t tid, int signal) {
  return ::ptrace(PTRACE_DETACH, tid, nullptr,
                  reinterpret_cast<void*>(static_cast<intptr_t>(signal))) == 0;
}

}  // namespace

ThreadStopper::ThreadStopper(pid_t child, StopNews news) : child_(child), news_(news) {
  if (news_ == StopNews::kByLooking) return;
  // A stop is told by SIGCHLD, which is waited for; blocked, it stays pending until then. Whoever
  // ignores it is told nothing, and that is passed on to the programs that one starts.
  ::signal(SIGCHLD, SIG_DFL);
  const sigset_t set = child_signal();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
}

ThreadStopper::~ThreadStopper() {
  release_held([](uint64_t) {});
  release_late(monotonic_nanos() + kLastWaitNanos);
}

// Sleeps until a thread that is traced stops or ends, or a signal comes, or the time is over, or it
// is time to look. False where it was another signal.
bool ThreadStopper::sleep_until_stop(uint64_t nanos) const {
  if (news_ == StopNews::kByLooking) {
    return sleep_until(monotonic_nanos() + std::min(nanos, kLookNanos));
  }
  const sigset_t set = child_signal();
  const timespec time = {static_cast<time_t>(nanos / kNanosPerSecond),
                         static_cast<long>(nanos % kNanosPerSecond)};
  return ::sigtimedwait(&set, nullptr, &time) >= 0 || errno != EINTR;
}

ThreadStopper::Outcome ThreadStopper::stop(pid_t tid) {
  if (std::find(late_.begin(), late_.end(), tid) != late_.end()) return Outcome::kLate;
  if (!request(tid)) return Outcome::kRefused;
  if (next_stopped(monotonic_nanos() + kStopNanos) != 0) return Outcome::kStopped;
  const bool late = std::find(late_.begin(), late_.end(), tid) != late_.end();
  return late ? Outcome::kLate : Outcome::kRefused;
}

bool ThreadStopper::request(pid_t tid) {
  const uint64_t now = monotonic_nanos();
  // One that is late was asked before.
  if (std::erase(late_, tid) == 0) {
    if (::ptrace(PTRACE_SEIZE, tid, nullptr, nullptr) != 0) return false;
    // Fails only where the thread has just ended, and waiting for it tells.
    ::ptrace(PTRACE_INTERRUPT, tid, nullptr, nullptr);
  }
  requests_.push_back({tid, now});
  return true;
}

pid_t ThreadStopper::next_stopped(uint64_t deadline_nanos) {
  const uint64_t start = monotonic_nanos();
  while (!requests_.empty()) {
    const uint64_t now = monotonic_nanos();
    for (size_t i = 0; i < requests_.size();) {
      Request& request = requests_[i];
      const Outcome outcome = look(request.tid);
      if (outcome == Outcome::kLate) {
        request.running_nanos = now;
        ++i;
        continue;
      }
      stopped_ = {outcome == Outcome::kStopped ? request.tid : 0, pending_signal_,
                  request.running_nanos};
      requests_.erase(requests_.begin() + static_cast<std::ptrdiff_t>(i));
      if (stopped_.tid != 0) return stopped_.tid;
    }
    if (now >= deadline_nanos) {
      for (const Request& request : requests_) late_.push_back(request.tid);
      requests_.clear();
    } else if (now - start > kSpinNanos) {
      sleep_until_stop(deadline_nanos - now);
    }
  }
  return 0;
}

std::optional<user_regs_struct> ThreadStopper::registers() const {
  user_regs_struct registers{};
  iovec buffer = {&registers, sizeof registers};
  void* set = reinterpret_cast<void*>(NT_PRSTATUS);
  if (::ptrace(PTRACE_GETREGSET, stopped_.tid, set, &buffer) != 0) return std::nullopt;
  return registers;
}

uint64_t ThreadStopper::release() { return let_go(std::exchange(stopped_, {})); }

void ThreadStopper::hold() { held_.push_back(std::exchange(stopped_, {})); }

uint64_t ThreadStopper::let_go(const Held& held) {
  // A thread that was killed meanwhile stays a zombie, and keeps its process from ending for those
  // who wait for that, until its tracer has seen its end.
  if (!detach(held.tid, held.pending_signal)) late_.push_back(held.tid);
  return monotonic_nanos() - held.running_nanos;
}

ThreadStopper::Outcome ThreadStopper::look(pid_t tid) {
  const auto id = static_cast<id_t>(tid);
  siginfo_t info{};
  // WNOWAIT: the exit status of a thread is for its parent, which may be another part of us.
  if (::waitid(P_PID, id, &info, WSTOPPED | WEXITED | __WALL | WNOHANG | WNOWAIT) != 0) {
    return Outcome::kRefused;
  }
  if (info.si_pid == 0) return Outcome::kLate;
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

void ThreadStopper::release_late(uint64_t deadline_nanos) {
  while (!late_.empty()) {
    std::erase_if(late_, [&](pid_t tid) {
      const Outcome outcome = look(tid);
      if (outcome == Outcome::kStopped) return detach(tid, pending_signal_);
      return outcome != Outcome::kLate;
    });
    const uint64_t now = monotonic_nanos();
    if (late_.empty() || now >= deadline_nanos) return;
    if (!sleep_until_stop(deadline_nanos - now)) return;
  }
}

}  // namespace pyspy
