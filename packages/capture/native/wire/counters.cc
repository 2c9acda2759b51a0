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

Counters Counters::since(const Counters& earlier) const {
  Counters difference = *this;
  for (const Member& member : kMembers) difference.*member.value -= earlier.*member.value;
  for (size_t i = 0; i < pause_nanos.buckets.size(); ++i) {
    difference.pause_nanos.buckets[i] -= earlier.pause_nanos.buckets[i];
  }
  difference.pause_nanos.sum -= earlier.pause_nanos.sum;
  return difference;
}

void Counters::encode(ProtoBuffer& message) const {
  for (const Member& member : kMembers) message.add_uint(member.field, this->*member.value);
  message.add_uint(fields::kCountersAgentRssBytes, agent_rss_bytes);
  if (pause_nanos.maximum == 0) return;
  size_t used = pause_nanos.buckets.size();
  while (pause_nanos.buckets[used - 1] == 0) --used;
  ProtoBuffer histogram;
  histogram.add_packed_long(fields::kHistogramBucket,
                            std::span(pause_nanos.buckets).first(used));
  histogram.add_uint(fields::kHistogramSum, pause_nanos.sum);
  histogram.add_uint(fields::kHistogramMaximum, pause_nanos.maximum);
  message.add_message(fields::kCountersPauseNanos, histogram);
}

}  // namespace pyspy
