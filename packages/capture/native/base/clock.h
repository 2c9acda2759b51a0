// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstdint>
#include <ctime>

namespace pyspy {

inline constexpr uint64_t kNanosPerSecond = 1'000'000'000;

inline uint64_t nanos_of_seconds(double seconds) {
  return static_cast<uint64_t>(seconds * double{kNanosPerSecond});
}

inline uint64_t clock_nanos(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<uint64_t>(now.tv_sec) * kNanosPerSecond + static_cast<uint64_t>(now.tv_nsec);
}

inline uint64_t monotonic_nanos() { return clock_nanos(CLOCK_MONOTONIC); }

// Sleeps until that time of CLOCK_MONOTONIC. False where a signal came before.
inline bool sleep_until(uint64_t nanos) {
  const timespec until = {static_cast<time_t>(nanos / kNanosPerSecond),
                          static_cast<long>(nanos % kNanosPerSecond)};
  return ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) != EINTR;
}

}  // namespace pyspy
