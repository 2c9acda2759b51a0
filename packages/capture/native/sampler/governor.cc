// SPDX-License-Identifier: MIT
#include "sampler/governor.h"

#include <algorithm>
#include <cstdio>

#include "base/clock.h"

namespace pyspy {
namespace {

constexpr uint64_t kLookNanos = kNanosPerSecond;
// Aims below the limit, so that the next look does not find it exceeded again.
constexpr double kAim = 0.8;
constexpr double kLeastRate = 1;

}  // namespace

Governor::Governor(double rate_hertz, double max_cpu_percent, uint64_t now_nanos)
    : rate_hertz_(rate_hertz),
      max_share_(max_cpu_percent / 100),
      last_nanos_(now_nanos),
      next_nanos_(now_nanos + kLookNanos) {}

std::optional<double> Governor::look(const Counters& counters, uint64_t now_nanos) {
  const double elapsed = static_cast<double>(now_nanos - last_nanos_);
  const double used = static_cast<double>(counters.agent_cpu_nanos - last_cpu_nanos_);
  const bool is_first = last_cpu_nanos_ == 0;  // has the cost of starting
  last_nanos_ = now_nanos;
  next_nanos_ = now_nanos + kLookNanos;
  last_cpu_nanos_ = counters.agent_cpu_nanos;
  const double share = elapsed > 0 ? used / elapsed : 0;
  if (is_first || share <= max_share_ || max_share_ >= 1 || rate_hertz_ <= kLeastRate) {
    return std::nullopt;
  }
  const double before = rate_hertz_;
  rate_hertz_ = std::max(kLeastRate, rate_hertz_ * kAim * max_share_ / share);
  char text[160];
  std::snprintf(text, sizeof text,
                "rate lowered from %g to %.4g Hz: the agent took %.0f %% of a CPU (--max-cpu %g)",
                before, rate_hertz_, share * 100, max_share_ * 100);
  reason_ = text;
  return rate_hertz_;
}

}  // namespace pyspy
