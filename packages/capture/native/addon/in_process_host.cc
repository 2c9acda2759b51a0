// SPDX-License-Identifier: MIT
#include "addon/in_process_host.h"

#include "agent/progress.h"

namespace pyspy {
namespace {

// No signal ends a sleep here: how long somebody who wants the end may have to wait for it.
constexpr uint64_t kMostSleepNanos = 20'000'000;

}  // namespace

Result<Sink> InProcessHost::open_sink(const std::string&, bool) {
  return Sink::to_function([this](std::span<const uint8_t> bytes, const auto& goes_on) {
    return outbox_.put(bytes, goes_on);
  });
}

uint64_t InProcessHost::latest_wake_nanos(uint64_t now_nanos) {
  return now_nanos + kMostSleepNanos;
}

void InProcessHost::tell_error(const std::string& message, const std::string& advice) {
  outbox_.tell(error_text(message, advice));
}

}  // namespace pyspy
