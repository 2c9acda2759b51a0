// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace pyspy {

// When to take samples. The gaps between ticks are drawn at random, each by itself, from half a
// period to one and a half. So a program that does something at a fixed rhythm is met at every
// point of it alike: ticks that are only moved about a fixed grid stay in step with it, and see one
// half of its work twice as often as it is, and the other never. And what a tick stands for, the
// time to the next, has nothing to do with where in the rhythm it lies. Ticks whose time has passed
// are counted as missed, never made up for.
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
  uint64_t next_nanos() const { return next_nanos_; }

 private:
  double next_random();
  // To the tick after one that is taken in time.
  uint64_t gap_nanos();

  double period_nanos_;
  uint64_t next_nanos_;
  uint64_t random_;
};

}  // namespace pyspy
