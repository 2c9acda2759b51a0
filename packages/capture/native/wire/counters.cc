// SPDX-License-Identifier: MIT
#include "wire/counters.h"

#include <algorithm>
#include <bit>

#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

// The counters that add up, with their field numbers.
struct Member {
  uint64_t Counters::*value;
  uint32_t field;
};
constexpr Member kMembers[] = {
    {&Counters::ticks_asked, fields::kCountersTicksAsked},
    {&Counters::ticks_taken, fields::kCountersTicksTaken},
    {&Counters::ticks_late, fields::kCountersTicksLate},
    {&Counters::ticks_missed, fields::kCountersTicksMissed},
    {&Counters::samples, fields::kCountersSamples},
    {&Counters::samples_failed, fields::kCountersSamplesFailed},
    {&Counters::samples_unstable, fields::kCountersSamplesUnstable},
    {&Counters::samples_truncated, fields::kCountersSamplesTruncated},
    {&Counters::retries, fields::kCountersRetries},
    {&Counters::stops, fields::kCountersStops},
    {&Counters::stops_timed_out, fields::kCountersStopsTimedOut},
    {&Counters::reads, fields::kCountersReads},
    {&Counters::bytes_read, fields::kCountersBytesRead},
    {&Counters::agent_cpu_nanos, fields::kCountersAgentCpuNanos},
    {&Counters::code_objects_replaced, fields::kCountersCodeObjectsReplaced},
};

}  // namespace

void Histogram::add(uint64_t value) {
  ++buckets[static_cast<size_t>(std::bit_width(value))];
  sum += value;
  maximum = std::max(maximum, value);
}

size_t Histogram::used_buckets() const {
  size_t used = buckets.size();
  while (used > 0 && buckets[used - 1] == 0) --used;
  return used;
}

Counters Counters::since(const Counters& earlier) const {
  Counters difference = *this;
  for (const Member& member : kMembers) difference.*member.value -= earlier.*member.value;
  for (size_t i = 0; i < pause_nanos.buckets.size(); ++i) {
    difference.pause_nanos.buckets[i] -= earlier.pause_nanos.buckets[i];
  }
  difference.pause_nanos.sum -= earlier.pause_nanos.sum;
  // The largest of this part alone is not known, but how large it can be.
  const size_t used = difference.pause_nanos.used_buckets();
  const uint64_t limit = used >= 65 ? UINT64_MAX : (uint64_t{1} << (used == 0 ? 0 : used - 1)) - 1;
  difference.pause_nanos.maximum = std::min(pause_nanos.maximum, limit);
  return difference;
}

void Counters::add(const Counters& other) {
  for (const Member& member : kMembers) this->*member.value += other.*member.value;
  for (size_t i = 0; i < pause_nanos.buckets.size(); ++i) {
    pause_nanos.buckets[i] += other.pause_nanos.buckets[i];
  }
  pause_nanos.sum += other.pause_nanos.sum;
  pause_nanos.maximum = std::max(pause_nanos.maximum, other.pause_nanos.maximum);
  agent_rss_bytes = std::max(agent_rss_bytes, other.agent_rss_bytes);
}

void Counters::encode(ProtoBuffer& message) const {
  for (const Member& member : kMembers) message.add_uint(member.field, this->*member.value);
  message.add_uint(fields::kCountersAgentRssBytes, agent_rss_bytes);
  const size_t used = pause_nanos.used_buckets();
  if (used == 0) return;
  ProtoBuffer histogram;
  histogram.add_packed_long(fields::kHistogramBucket, std::span(pause_nanos.buckets).first(used));
  histogram.add_uint(fields::kHistogramSum, pause_nanos.sum);
  histogram.add_uint(fields::kHistogramMaximum, pause_nanos.maximum);
  message.add_message(fields::kCountersPauseNanos, histogram);
}

}  // namespace pyspy
