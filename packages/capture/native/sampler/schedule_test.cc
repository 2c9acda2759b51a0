// SPDX-License-Identifier: MIT
#include "sampler/schedule.h"

#include <gtest/gtest.h>
#include <sys/time.h>

#include <array>
#include <csignal>
#include <limits>
#include <random>

#include "base/clock.h"

namespace pyspy {
namespace {

constexpr uint64_t kStart = 1'000'000'000'000;
constexpr uint64_t kPeriod = 10'000'000;  // 100 Hz

// An agent that is always on time: what is due is taken at once.
TEST(Schedule, DrawsGapsAroundThePeriod) {
  Schedule schedule(100, kStart);
  uint64_t before = kStart;
  ASSERT_EQ(schedule.take(kStart).missed, 0U);
  double sum = 0;
  double least = 2;
  double most = 0;
  constexpr int kTicks = 20'000;
  for (int k = 0; k < kTicks; ++k) {
    const uint64_t due = schedule.next_nanos();
    const double gap = static_cast<double>(due - before) / kPeriod;
    ASSERT_GE(gap, 0.4999) << k;
    ASSERT_LE(gap, 1.5001) << k;
    sum += gap;
    least = std::min(least, gap);
    most = std::max(most, gap);
    before = due;
    const Schedule::Tick tick = schedule.take(due);
    EXPECT_EQ(tick.missed, 0U);
    EXPECT_FALSE(tick.late);
    EXPECT_TRUE(tick.due);
    EXPECT_EQ(tick.now_nanos, due);
  }
  EXPECT_LT(least, 0.51);
  EXPECT_GT(most, 1.49);
  EXPECT_NEAR(sum / kTicks, 1, 0.01);
}

// A program whose rhythm is the period, or a small multiple: every tenth of it gets a tenth of the
// time, however it stands to the ticks at first. A tick stands for the time to the next.
TEST(Schedule, KeepsNoStepWithARhythm) {
  for (const uint64_t rhythm : {kPeriod, 2 * kPeriod, 5 * kPeriod, 100 * kPeriod}) {
    for (const uint64_t phase : {uint64_t{0}, kPeriod / 3, kPeriod / 2}) {
      Schedule schedule(100, kStart + phase);
      std::array<double, 10> tenths{};
      uint64_t now = kStart + phase;
      constexpr int kTicks = 200'000;
      for (int k = 0; k < kTicks; ++k) {
        schedule.take(now);
        const uint64_t next = schedule.next_nanos();
        tenths[(now - kStart) % rhythm * 10 / rhythm] += static_cast<double>(next - now);
        now = next;
      }
      const auto all = static_cast<double>(now - kStart - phase);
      for (const double tenth : tenths)
        EXPECT_NEAR(tenth / all, 0.1, 0.01) << rhythm << " " << phase;
    }
  }
}

TEST(Schedule, IsNotTheSameForEveryRecording) {
  Schedule one(100, kStart);
  Schedule other(100, kStart + 1);
  int same = 0;
  for (int i = 0; i < 100; ++i) {
    same += one.next_nanos() + 1 == other.next_nanos();
    one.take(one.next_nanos());
    other.take(other.next_nanos());
  }
  EXPECT_LT(same, 10);
}

TEST(Schedule, CountsWhatIsLateAndMissed) {
  Schedule schedule(100, kStart);
  schedule.take(kStart);
  uint64_t due = schedule.next_nanos();
  Schedule::Tick tick = schedule.take(due + kPeriod * 4 / 10);
  EXPECT_FALSE(tick.late);
  EXPECT_EQ(tick.missed, 0U);
  due = schedule.next_nanos();
  tick = schedule.take(due + kPeriod * 6 / 10);
  EXPECT_TRUE(tick.late);
  EXPECT_EQ(tick.missed, 0U);
  due = schedule.next_nanos();
  tick = schedule.take(due + kPeriod * 1234 + kPeriod / 10);
  EXPECT_TRUE(tick.late);
  EXPECT_EQ(tick.missed, 1234U);
}

// Whatever the delays are: taken and missed ticks add up to the time that has passed, and what was
// missed is never made up for by ticks close to each other.
TEST(Schedule, NeverBunchesUp) {
  std::mt19937_64 random(7);
  for (const double rate : {1.0, 100.0, 997.0, 20'000.0}) {
    const double period = 1e9 / rate;
    Schedule schedule(rate, kStart);
    uint64_t now = kStart;
    uint64_t asked = 0;
    int at_once = 0;  // ticks in a row that were due when the one before was taken
    for (int i = 0; i < 20'000; ++i) {
      const double delay = random() % 4 == 0 ? static_cast<double>(random() % 10'000) / 1000 : 0.01;
      const bool overdue = schedule.next_nanos() <= now;
      at_once = overdue ? at_once + 1 : 0;
      ASSERT_LE(at_once, 1);
      // Late by no more than half a period, however late the tick before was.
      EXPECT_LE(static_cast<double>(now) - static_cast<double>(schedule.next_nanos()),
                period / 2 + 1);
      now = std::max(now, schedule.next_nanos());
      if (!overdue) now += static_cast<uint64_t>(delay * period);
      const Schedule::Tick tick = schedule.take(now);
      asked += tick.missed + 1;
    }
    const double periods = static_cast<double>(now - kStart) / period;
    // The gaps are random, and so is their sum: by 0.3 periods times the root of their number.
    EXPECT_NEAR(static_cast<double>(asked), periods, 250);
  }
}

TEST(Schedule, ATickThatIsTakenEarlyIsNotLate) {
  Schedule schedule(100, kStart);
  schedule.take(kStart);
  const Schedule::Tick tick = schedule.take(kStart + 1);
  EXPECT_EQ(tick.missed, 0U);
  EXPECT_FALSE(tick.late);
}

TEST(Schedule, GoesOnAtAnotherRate) {
  Schedule schedule(1000, kStart);
  for (int i = 0; i < 500; ++i) schedule.take(schedule.next_nanos());
  const uint64_t now = schedule.next_nanos();
  schedule.set_rate(10, now);
  uint64_t before = now;
  for (int k = 1; k < 100; ++k) {
    const uint64_t due = schedule.next_nanos();
    EXPECT_NEAR(static_cast<double>(due - before) / 1e8, 1, 0.5001);
    EXPECT_EQ(schedule.take(due).missed, 0U);
    before = due;
  }
}

// The real clock, for some milliseconds.
TEST(Schedule, WaitsUntilATickIsDue) {
  const uint64_t start = monotonic_nanos();
  Schedule schedule(2000, start);
  for (int i = 0; i < 10; ++i) {
    const uint64_t due = schedule.next_nanos();
    const Schedule::Tick tick = schedule.wait(std::numeric_limits<uint64_t>::max());
    EXPECT_GE(tick.now_nanos, due);
    EXPECT_TRUE(tick.due);
  }
  EXPECT_GE(monotonic_nanos() - start, 9 * 250'000U);  // gaps are half a period at least
}

TEST(Schedule, WaitsNoLongerThanTheLimit) {
  const uint64_t start = monotonic_nanos();
  Schedule schedule(0.001, start);
  schedule.take(start);
  const Schedule::Tick tick = schedule.wait(start + 2'000'000);
  EXPECT_GE(tick.now_nanos, start + 2'000'000);
  EXPECT_LT(tick.now_nanos, start + 10 * kNanosPerSecond);
  EXPECT_FALSE(tick.due);
}

TEST(Schedule, ASignalEndsTheWait) {
  struct sigaction action {};
  action.sa_handler = [](int) {};
  ::sigaction(SIGALRM, &action, nullptr);
  const uint64_t start = monotonic_nanos();
  Schedule schedule(0.01, start);
  schedule.take(start);
  const uint64_t due = schedule.next_nanos();
  const itimerval timer = {{0, 5000}, {0, 5000}};  // again and again: none can come too soon
  const itimerval none = {};
  ::setitimer(ITIMER_REAL, &timer, nullptr);
  const Schedule::Tick tick = schedule.wait(std::numeric_limits<uint64_t>::max());
  ::setitimer(ITIMER_REAL, &none, nullptr);
  EXPECT_FALSE(tick.due);
  EXPECT_EQ(schedule.next_nanos(), due);  // the tick is still to come
}

}  // namespace
}  // namespace pyspy
