// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>
#include <sys/user.h>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace pyspy {

// How a stop is noticed.
enum class StopNews {
  kBySignal,   // by SIGCHLD, for which this is the only place that waits
  kByLooking,  // by looking again and again: SIGCHLD is for others in this process
};

// Stops single threads of the target for some microseconds, by ptrace(2).
//
// Never in the way: a thread is traced only while it is stopped, so that no signal of the target
// ever waits for the agent; the kernel lets go of it when the agent dies; and no wait is without a
// deadline. A thread that the scheduler does not run cannot stop: it is left to stop later, and
// released as soon as it has.
class ThreadStopper {
 public:
  // `child`: a process of our own whose exit status is for others to wait for; 0: none.
  // StopNews::kBySignal blocks SIGCHLD in this thread, for good.
  explicit ThreadStopper(pid_t child = 0, StopNews news = StopNews::kBySignal);
  ThreadStopper(const ThreadStopper&) = delete;
  ThreadStopper& operator=(const ThreadStopper&) = delete;
  // Waits, for a limited time, for late stops to release them.
  ~ThreadStopper();

  enum class Outcome {
    kStopped,
    kLate,     // did not stop in time; will be released when it does
    kRefused,  // has ended, is traced by another, or may not be traced
  };

  // Only for threads that run: a blocked one may have its system call interrupted.
  Outcome stop(pid_t tid);

  // Asks a thread to stop, and does not wait: of many threads that want a CPU those that have one
  // stop at once, and leave it to the others. What does not run until it stops has not moved since.
  // False where it is refused.
  bool request(pid_t tid);
  // Waits until one of those that were asked stands, and returns it; it is to be released before
  // the next is waited for. 0: none is left. Those that have not stopped at the deadline
  // (CLOCK_MONOTONIC) are late.
  pid_t next_stopped(uint64_t deadline_nanos);

  // The registers of the stopped thread; empty where it was killed meanwhile.
  std::optional<user_regs_struct> registers() const;

  // Lets the stopped thread run on. Returns for how long it stood, in nanoseconds, as far
  // as can be seen from here.
  uint64_t release();

  // Leaves the stopped thread standing, while others are stopped too.
  void hold();
  bool has_held() const { return !held_.empty(); }
  // Lets all that are held run on, the one that stands longest first. Calls stood(nanos) for each.
  template <typename Stood>
  void release_held(Stood stood) {
    for (const Held& held : std::exchange(held_, {})) stood(let_go(held));
  }

  // Threads that have yet to stop, or to end.
  bool has_late() const { return !late_.empty(); }
  // Waits until `deadline_nanos` (CLOCK_MONOTONIC) for late stops and releases them. Returns early
  // when there are none left, or on a signal.
  void release_late(uint64_t deadline_nanos);

 private:
  // Looks whether a thread that was interrupted stands.
  Outcome look(pid_t tid);

  struct Request {
    pid_t tid = 0;
    uint64_t running_nanos = 0;  // when it was last seen not to stand yet
  };
  struct Held {
    pid_t tid = 0;
    int pending_signal = 0;      // that the stop was about: passed on at the release
    uint64_t running_nanos = 0;  // when the thread was last seen not to stand yet
  };

  uint64_t let_go(const Held& held);
  bool sleep_until_stop(uint64_t nanos) const;

  pid_t child_;
  StopNews news_;
  Held stopped_;
  int pending_signal_ = 0;  // of the thread that was looked at last
  std::vector<Request> requests_;
  std::vector<Held> held_;
  std::vector<pid_t> late_;  // traced still: yet to stop, or killed while they stood and yet to end
};

}  // namespace pyspy
