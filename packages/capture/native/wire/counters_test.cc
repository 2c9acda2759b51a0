// SPDX-License-Identifier: MIT
#include "wire/counters.h"

#include <gtest/gtest.h>

#include "wire/decoded_message.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

DecodedMessage encoded(const Counters& counters) {
  ProtoBuffer buffer;
  counters.encode(buffer);
  return DecodedMessage(buffer.bytes());
}

TEST(Histogram, CountsByPowersOfTwo) {
  Histogram histogram;
  EXPECT_EQ(histogram.used_buckets(), 0U);
  for (const uint64_t value :
       {uint64_t{0}, uint64_t{1}, uint64_t{2}, uint64_t{3}, uint64_t{4}, ~uint64_t{0}}) {
    histogram.add(value);
  }
  EXPECT_EQ(histogram.buckets[0], 1U);
  EXPECT_EQ(histogram.buckets[1], 1U);
  EXPECT_EQ(histogram.buckets[2], 2U);
  EXPECT_EQ(histogram.buckets[3], 1U);
  EXPECT_EQ(histogram.buckets[64], 1U);
  EXPECT_EQ(histogram.maximum, ~uint64_t{0});
  EXPECT_EQ(histogram.used_buckets(), 65U);
}

// Each counter by itself, so that none is forgotten or takes another's number.
TEST(Counters, AreAllWritten) {
  struct Member {
    uint64_t Counters::*value;
    uint32_t field;
  };
  constexpr Member kMembers[] = {
      {&Counters::ticks_asked, 1},      {&Counters::ticks_taken, 2},
      {&Counters::ticks_late, 3},       {&Counters::ticks_missed, 4},
      {&Counters::samples, 5},          {&Counters::samples_failed, 6},
      {&Counters::samples_unstable, 7}, {&Counters::samples_truncated, 8},
      {&Counters::retries, 9},          {&Counters::stops, 10},
      {&Counters::stops_timed_out, 11}, {&Counters::reads, 13},
      {&Counters::bytes_read, 14},      {&Counters::agent_cpu_nanos, 15},
      {&Counters::agent_rss_bytes, 16}, {&Counters::code_objects_replaced, 17},
  };
  EXPECT_TRUE(encoded(Counters()).fields().empty());
  for (const Member& member : kMembers) {
    Counters counters;
    counters.*member.value = 1000;
    const DecodedMessage message = encoded(counters);
    ASSERT_EQ(message.fields().size(), 1U) << member.field;
    EXPECT_EQ(message.number(member.field), 1000U) << member.field;

    const Counters earlier = counters;
    counters.*member.value = 1007;
    const bool is_peak = member.value == &Counters::agent_rss_bytes;
    EXPECT_EQ(encoded(counters.since(earlier)).number(member.field), is_peak ? 1007U : 7U)
        << member.field;
  }
}

TEST(Counters, HaveTheHistogramOfPauses) {
  Counters counters;
  counters.pause_nanos.add(5000);
  counters.pause_nanos.add(6000);
  counters.pause_nanos.add(100);
  const DecodedMessage pauses = encoded(counters).message(fields::kCountersPauseNanos);
  const std::vector<uint64_t> buckets = pauses.packed(fields::kHistogramBucket);
  ASSERT_EQ(buckets.size(), 14U);
  EXPECT_EQ(buckets[13], 2U);
  EXPECT_EQ(buckets[7], 1U);
  EXPECT_EQ(pauses.number(fields::kHistogramSum), 11100U);
  EXPECT_EQ(pauses.number(fields::kHistogramMaximum), 6000U);
}

// A chunk without a stop after one that had some.
TEST(Counters, HaveNoPausesSinceThen) {
  Counters counters;
  counters.pause_nanos.add(5000);
  const Counters earlier = counters;
  const Counters none = counters.since(earlier);
  EXPECT_EQ(none.pause_nanos.maximum, 0U);
  EXPECT_EQ(none.pause_nanos.sum, 0U);
  EXPECT_TRUE(encoded(none).fields().empty());

  counters.pause_nanos.add(100);
  const Counters some = counters.since(earlier);
  EXPECT_EQ(some.pause_nanos.sum, 100U);
  EXPECT_EQ(some.pause_nanos.used_buckets(), 8U);
  EXPECT_GE(some.pause_nanos.maximum, 100U);
  EXPECT_LT(some.pause_nanos.maximum, 128U);
}

TEST(Counters, AreTheSumOfTheirParts) {
  Counters all;
  Counters parts;
  for (uint64_t chunk = 0; chunk < 5; ++chunk) {
    const Counters before = all;
    for (uint64_t i = 0; i < 10 * chunk; ++i) all.pause_nanos.add(i * i * 77);
    all.samples += 100 + chunk;
    const Counters part = all.since(before);
    parts.samples += part.samples;
    parts.pause_nanos.sum += part.pause_nanos.sum;
    for (size_t i = 0; i < 65; ++i) parts.pause_nanos.buckets[i] += part.pause_nanos.buckets[i];
    EXPECT_LE(part.pause_nanos.maximum, all.pause_nanos.maximum);
  }
  EXPECT_EQ(parts.samples, all.samples);
  EXPECT_EQ(parts.pause_nanos.sum, all.pause_nanos.sum);
  EXPECT_EQ(parts.pause_nanos.buckets, all.pause_nanos.buckets);
}

}  // namespace
}  // namespace pyspy
