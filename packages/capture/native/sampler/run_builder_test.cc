// SPDX-License-Identifier: MIT
#include "sampler/run_builder.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

using Ints = std::vector<uint32_t>;
using Deltas = std::vector<int32_t>;

constexpr uint32_t kUnit = 1000;
constexpr uint32_t kAllFlags = 63;

uint32_t run(uint32_t ticks, uint32_t flags) { return (ticks - 1) << 6U | flags; }

TEST(RunBuilder, JoinsEqualObservationsInARow) {
  RunBuilder builder(kUnit);
  for (uint64_t tick = 0; tick < 4; ++tick) {
    builder.add_tick(50'000 + tick * 10'000'000);
    builder.observe(3, {7, 0, 1}, 0);
  }
  EXPECT_EQ(builder.ticks(), 4U);
  EXPECT_EQ(builder.runs(), 1U);
  const SampleColumns& columns = builder.finish();
  EXPECT_EQ(columns.start_nanos, 50'000U);
  EXPECT_EQ(columns.tick_delta, (Ints{0, 10'000, 10'000, 10'000}));
  EXPECT_EQ(columns.run,
            (Ints{run(4, fields::kRunOwner | fields::kRunPythonStack | fields::kRunState)}));
  EXPECT_EQ(columns.owner, (Deltas{3}));
  EXPECT_EQ(columns.python_stack, (Deltas{7}));
  EXPECT_EQ(columns.native_stack, Deltas{});
  EXPECT_EQ(columns.state, (Ints{1}));
  EXPECT_EQ(columns.cpu, Ints{});
  EXPECT_EQ(columns.gap, Ints{});
}

TEST(RunBuilder, StartsARunWhereAnythingChanges) {
  RunBuilder builder(kUnit);
  const Observation kSeen[] = {{7, 0, 1}, {9, 0, 1}, {9, 4, 1}, {9, 4, 2}, {5, 4, 2}};
  uint64_t time = 0;
  for (const Observation& seen : kSeen) {
    builder.add_tick(time += 1'000'000);
    builder.observe(1, seen, 0);
  }
  const SampleColumns& columns = builder.finish();
  EXPECT_EQ(columns.run,
            (Ints{run(1, fields::kRunOwner | fields::kRunPythonStack | fields::kRunState),
                  run(1, fields::kRunPythonStack), run(1, fields::kRunNativeStack),
                  run(1, fields::kRunState), run(1, fields::kRunPythonStack)}));
  EXPECT_EQ(columns.python_stack, (Deltas{7, 2, -4}));
  EXPECT_EQ(columns.native_stack, (Deltas{4}));
  EXPECT_EQ(columns.state, (Ints{1, 2}));
}

TEST(RunBuilder, StatesGaps) {
  RunBuilder builder(kUnit);
  for (uint64_t tick = 0; tick < 10; ++tick) {
    builder.add_tick(tick * 1'000'000);
    if (tick >= 2 && tick != 5) builder.observe(1, {1, 0, 1}, 0);
    if (tick == 9) builder.observe(2, {1, 0, 1}, 0);
  }
  const SampleColumns& columns = builder.finish();
  EXPECT_EQ(columns.gap, (Ints{2, 1, 9}));
  EXPECT_EQ(columns.run,
            (Ints{run(3, fields::kRunOwner | fields::kRunPythonStack | fields::kRunState |
                             fields::kRunGap),
                  run(4, fields::kRunGap), run(1, fields::kRunOwner | fields::kRunGap)}));
}

// Times are rounded to units, each to the nearest: errors do not add up.
TEST(RunBuilder, TicksDoNotDrift) {
  RunBuilder builder(kUnit);
  std::mt19937_64 random(3);
  std::vector<uint64_t> times;
  uint64_t time = 123'456'789;
  for (int i = 0; i < 10'000; ++i) {
    times.push_back(time);
    builder.add_tick(time);
    time += 600 + random() % 3000;  // around a unit: rounding matters most
  }
  const SampleColumns& columns = builder.finish();
  uint64_t read = columns.start_nanos;
  for (size_t i = 0; i < times.size(); ++i) {
    read += uint64_t{columns.tick_delta[i]} * kUnit;
    const auto error = static_cast<int64_t>(read - times[i]);
    ASSERT_LE(std::abs(error), kUnit / 2) << i;
  }
}

TEST(RunBuilder, ATimeThatGoesBackOrLeapsIsHeld) {
  RunBuilder builder(kUnit);
  builder.add_tick(5'000'000);
  builder.add_tick(4'000'000);
  EXPECT_EQ(builder.finish().tick_delta, (Ints{0, 0}));
  // The agent was suspended for two hours: more than the column holds, which the next ticks make
  // up for.
  builder.clear();
  constexpr uint64_t kTwoHours = 7'200'000'000'000;
  builder.add_tick(0);
  builder.add_tick(kTwoHours);
  builder.observe(1, {1, 0, 1}, kTwoHours);
  builder.add_tick(kTwoHours + 1'000'000);
  builder.observe(1, {2, 0, 1}, 0);
  const SampleColumns& columns = builder.finish();
  EXPECT_EQ(columns.tick_delta, (Ints{0, 0xFFFFFFFF, 7'200'001'000U - 0xFFFFFFFF}));
  EXPECT_EQ(columns.cpu, (Ints{0xFFFFFFFF, 7'200'000'000U - 0xFFFFFFFF}));
}

// No more than a unit of CPU time is lost, per owner and block.
TEST(RunBuilder, KeepsCpuTime) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 50; ++round) {
    RunBuilder builder(kUnit);
    std::map<uint32_t, uint64_t> given;
    for (uint64_t tick = 0; tick < 200; ++tick) {
      builder.add_tick(tick * 1'000'000);
      for (uint32_t owner = 1; owner <= 3; ++owner) {
        const uint64_t cpu = random() % 3 == 0 ? random() % 100'000 : random() % 700;
        given[owner] += cpu;
        builder.observe(owner, {static_cast<uint32_t>(random() % 2), 0, 1}, cpu);
      }
    }
    const SampleColumns& columns = builder.finish();
    std::map<uint32_t, uint64_t> kept;
    uint32_t owner = 0;
    size_t owners = 0;
    size_t cpus = 0;
    for (const uint32_t one : columns.run) {
      if ((one & fields::kRunOwner) != 0) owner += static_cast<uint32_t>(columns.owner[owners++]);
      if ((one & fields::kRunCpu) != 0) kept[owner] += uint64_t{columns.cpu[cpus++]} * kUnit;
    }
    for (const auto& [of, nanos] : given) {
      EXPECT_LE(kept[of], nanos);
      EXPECT_LT(nanos - kept[of], kUnit);
    }
  }
}

// What is read back is what was observed, and every column is as long as it has flags.
TEST(RunBuilder, CanBeReadBack) {
  std::mt19937_64 random(9);
  RunBuilder builder(kUnit);
  for (int block = 0; block < 30; ++block) {
    std::map<std::pair<uint32_t, uint32_t>, Observation> given;  // by owner and tick
    const auto ticks = static_cast<uint32_t>(random() % 100 + 1);
    for (uint32_t tick = 0; tick < ticks; ++tick) {
      builder.add_tick(tick * 1'000'000ULL);
      for (uint32_t owner = 1; owner <= 5; ++owner) {
        if (random() % 5 == 0) continue;
        const Observation seen = {static_cast<uint32_t>(random() % 3),
                                  static_cast<uint32_t>(random() % 2),
                                  static_cast<uint32_t>(random() % 2 + 1)};
        builder.observe(owner, seen, random() % 3000);
        given[{owner, tick}] = seen;
      }
    }
    const SampleColumns& columns = builder.finish();
    EXPECT_EQ(columns.run.size(), builder.runs());
    EXPECT_EQ(columns.tick_delta.size(), ticks);
    std::map<std::pair<uint32_t, uint32_t>, Observation> read;
    size_t owners = 0, stacks = 0, natives = 0, states = 0, gaps = 0, cpus = 0;
    Observation seen;
    uint32_t owner = 0;
    uint32_t tick = 0;
    for (const uint32_t one : columns.run) {
      ASSERT_EQ(one & 63U & ~kAllFlags, 0U);
      if ((one & fields::kRunOwner) != 0) {
        owner += static_cast<uint32_t>(columns.owner.at(owners++));
        tick = 0;
      }
      if ((one & fields::kRunPythonStack) != 0) {
        seen.python_stack += static_cast<uint32_t>(columns.python_stack.at(stacks++));
      }
      if ((one & fields::kRunNativeStack) != 0) {
        seen.native_stack += static_cast<uint32_t>(columns.native_stack.at(natives++));
      }
      if ((one & fields::kRunState) != 0) seen.state = columns.state.at(states++);
      if ((one & fields::kRunGap) != 0) tick += columns.gap.at(gaps++);
      cpus += (one & fields::kRunCpu) != 0;
      for (uint32_t i = 0; i <= one >> 6U; ++i) read[{owner, tick++}] = seen;
    }
    EXPECT_EQ(read, given);
    EXPECT_EQ(owners, columns.owner.size());
    EXPECT_EQ(stacks, columns.python_stack.size());
    EXPECT_EQ(natives, columns.native_stack.size());
    EXPECT_EQ(states, columns.state.size());
    EXPECT_EQ(gaps, columns.gap.size());
    EXPECT_EQ(cpus, columns.cpu.size());
    builder.clear();
    EXPECT_EQ(builder.ticks(), 0U);
    EXPECT_EQ(builder.runs(), 0U);
  }
}

}  // namespace
}  // namespace pyspy
