// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "wire/proto_buffer.h"

namespace pyspy {

// Counts of values by powers of two.
struct Histogram {
  std::array<uint64_t, 65> buckets{};
  uint64_t sum = 0;
  uint64_t maximum = 0;

  void add(uint64_t value);
  // Buckets up to the last that is not empty.
  size_t used_buckets() const;
};

// What the numbers of a recording are worth; see message Counters of the schema.
struct Counters {
  uint64_t ticks_asked = 0;
  uint64_t ticks_taken = 0;
  uint64_t ticks_late = 0;
  uint64_t ticks_missed = 0;
  uint64_t samples = 0;
  uint64_t samples_failed = 0;
  uint64_t samples_unstable = 0;
  uint64_t samples_truncated = 0;
  uint64_t retries = 0;
  uint64_t stops = 0;
  uint64_t stops_timed_out = 0;
  Histogram pause_nanos;
  uint64_t reads = 0;
  uint64_t bytes_read = 0;
  uint64_t agent_cpu_nanos = 0;
  uint64_t agent_rss_bytes = 0;
  uint64_t code_objects_replaced = 0;

  // What was counted since `earlier`; the peak of memory stays what it is, and the
  // longest pause is known no better than its bucket.
  Counters since(const Counters& earlier) const;

  // Adds what was counted elsewhere, or at another time.
  void add(const Counters& other);

  // Appends the fields of message Counters.
  void encode(ProtoBuffer& message) const;
};

}  // namespace pyspy
