// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace pyspy {

// When to take samples. Tick k is due at start + k periods, moved by up to a quarter of a period at
// random, so that a program that does something at a fixed rhythm is not always met at the same
// point of it. Ticks whose time has passed are counted as missed, never made up for.
class Schedule {
 public:
  // What was found on waking up.
  struct Tick {
    bool due = false;        // else there was a limit, or a signal, before it
    bool late = false;       // by more than half a period
    uint64_t missed = 0;     // ticks before this one that were not taken
    uint64_t now_nanos = 0;  // CLOCK_MONOTONIC
  };

  Schedule(double rate_hertz, uint64_t start_nanos);

  // Sleeps until the next tick, or until `limit_nanos`, or a signal.
  Tick wait(uint64_t limit_nanos);

  // What wait() returns on waking up: takes the tick that is due, and goes on to the next.
  Tick take(uint64_t now_nanos);

  // Goes on at another rate from now on.
  void set_rate(double rate_hertz, uint64_t now_nanos);

  // When the next tick is due, on CLOCK_MONOTONIC.
  uint64_t next_nanos() const { return due_nanos(index_); }

 private:
  uint64_t due_nanos(uint64_t index) const;
  double next_random();

  double period_nanos_;
  uint64_t start_nanos_;
  uint64_t index_ = 0;  // of the next tick
  double jitter_ = 0;   // of the next tick, in periods
  uint64_t random_;
};

}  // namespace pyspy
