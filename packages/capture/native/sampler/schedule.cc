// SPDX-License-Identifier: MIT
#include "sampler/schedule.h"

#include <algorithm>

#include "base/clock.h"
#include "base/flat_map.h"

namespace pyspy {
namespace {

constexpr double kJitter = 0.5;  // of a period, to either side

}  // namespace

Schedule::Schedule(double rate_hertz, uint64_t start_nanos)
    : period_nanos_(static_cast<double>(kNanosPerSecond) / rate_hertz),
      next_nanos_(start_nanos),
      random_(start_nanos) {}

void Schedule::set_rate(double rate_hertz, uint64_t now_nanos) {
  period_nanos_ = static_cast<double>(kNanosPerSecond) / rate_hertz;
  next_nanos_ = now_nanos + gap_nanos();
}

// A number from -1 to 1 (splitmix64).
double Schedule::next_random() {
  random_ += 0x9e3779b97f4a7c15ULL;
  return static_cast<double>(static_cast<int64_t>(mix_bits(random_))) * 0x1p-63;
}

uint64_t Schedule::gap_nanos() {
  return static_cast<uint64_t>((1 + next_random() * kJitter) * period_nanos_);
}

Schedule::Tick Schedule::wait(uint64_t limit_nanos) {
  const uint64_t until = std::min(next_nanos_, limit_nanos);
  uint64_t now = monotonic_nanos();
  bool undisturbed = true;
  while (now < until && undisturbed) {
    undisturbed = sleep_until(until);
    now = monotonic_nanos();
  }
  if (now >= next_nanos_) return take(now);
  Tick tick;
  tick.now_nanos = now;
  return tick;
}

Schedule::Tick Schedule::take(uint64_t now_nanos) {
  Tick tick;
  tick.due = true;
  tick.now_nanos = now_nanos;
  const uint64_t due = next_nanos_;
  const double lateness =
      now_nanos > due ? static_cast<double>(now_nanos - due) / period_nanos_ : 0;
  tick.late = lateness > 0.5;
  tick.missed = static_cast<uint64_t>(lateness);
  next_nanos_ += static_cast<uint64_t>(static_cast<double>(tick.missed) * period_nanos_);
  next_nanos_ += gap_nanos();
  return tick;
}

}  // namespace pyspy
