// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace pyspy {

// Stops single threads of the target for some microseconds, by ptrace(2).
//
// Never in the way: a thread is traced only while it is stopped, so that no signal of the target
// ever waits for the agent; the kernel lets go of it when the agent dies; and no wait is without a
// deadline. A thread that the scheduler does not run cannot stop: it is left to stop later, and
// released as soon as it has.
class ThreadStopper {
 public:
  // `child`: a process of our own whose exit status is for others to wait for; 0: none.
  // Blocks SIGCHLD in this thread, for good.
  explicit ThreadStopper(pid_t child = 0);
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

  // Lets the stopped thread run on. Returns for how long it stood, in nanoseconds, as far
  // as can be seen from here.
  uint64_t release();

  // Threads that have yet to stop, or to end.
  bool has_late() const { return !late_.empty(); }
  // Waits until `deadline_nanos` (CLOCK_MONOTONIC) for late stops and releases them. Returns early
  // when there are none left, or on a signal.
  void release_late(uint64_t deadline_nanos);

 private:
  // Waits for the stop of a thread that was interrupted.
  Outcome wait_for_stop(pid_t tid, uint64_t deadline_nanos);

  pid_t child_;
  pid_t stopped_ = 0;
  int pending_signal_ = 0;      // that the stop was about: passed on at the release
  uint64_t running_nanos_ = 0;  // when the thread was last seen not to stand yet
  std::vector<pid_t> late_;  // traced still: yet to stop, or killed while they stood and yet to end
};

}  // namespace pyspy
