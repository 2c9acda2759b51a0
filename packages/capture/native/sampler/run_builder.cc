// SPDX-License-Identifier: MIT
#include "sampler/run_builder.h"

#include <algorithm>
#include <limits>

#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

// Columns hold 32 bits: 71 minutes in microseconds. The agent may have been suspended for longer.
uint32_t to_column(uint64_t units) {
  return static_cast<uint32_t>(std::min<uint64_t>(units, std::numeric_limits<uint32_t>::max()));
}

constexpr uint32_t kFlagBits = 6;
// The column holds ticks - 1 above the flags.
constexpr uint32_t kMaxTicks = 1U << (32 - kFlagBits);

}  // namespace

void RunBuilder::add_tick(uint64_t time_nanos) {
  if (columns_.tick_delta.empty()) {
    columns_.start_nanos = last_tick_nanos_ = time_nanos;
    columns_.tick_delta.push_back(0);
    return;
  }
  // Rounded from the reader's time, not from the last tick's own: errors do not add up.
  const uint64_t passed = time_nanos < last_tick_nanos_ ? 0 : time_nanos - last_tick_nanos_;
  const uint32_t units = to_column((passed + unit_nanos_ / 2) / unit_nanos_);
  columns_.tick_delta.push_back(units);
  last_tick_nanos_ += uint64_t{units} * unit_nanos_;
}

void RunBuilder::observe(uint32_t owner, const Observation& seen, uint64_t cpu_nanos) {
  if (owner >= owners_.size()) owners_.resize(owner + 1);
  std::vector<Run>& runs = owners_[owner];
  const uint32_t tick = ticks() - 1;
  if (!runs.empty()) {
    Run& last = runs.back();
    if (last.seen == seen && last.first_tick + last.ticks == tick && last.ticks < kMaxTicks) {
      ++last.ticks;
      last.cpu_nanos += cpu_nanos;
      return;
    }
  }
  runs.push_back({seen, tick, 1, cpu_nanos});
  ++run_count_;
}

const SampleColumns& RunBuilder::finish() {
  Observation before;
  uint32_t owner_before = 0;
  for (uint32_t owner = 0; owner < owners_.size(); ++owner) {
    uint32_t next_tick = 0;
    uint64_t cpu_rest = 0;
    for (const Run& run : owners_[owner]) {
      uint32_t flags = 0;
      const auto add_delta = [&](std::vector<int32_t>& column, uint32_t flag, uint32_t value,
                                 uint32_t& last) {
        if (value == last) return;
        column.push_back(static_cast<int32_t>(value - last));
        last = value;
        flags |= flag;
      };
      add_delta(columns_.owner, fields::kRunOwner, owner, owner_before);
      add_delta(columns_.python_stack, fields::kRunPythonStack, run.seen.python_stack,
                before.python_stack);
      add_delta(columns_.native_stack, fields::kRunNativeStack, run.seen.native_stack,
                before.native_stack);
      if (run.seen.state != before.state) {
        columns_.state.push_back(before.state = run.seen.state);
        flags |= fields::kRunState;
      }
      cpu_rest += run.cpu_nanos;
      if (const uint32_t units = to_column(cpu_rest / unit_nanos_); units != 0) {
        columns_.cpu.push_back(units);
        cpu_rest -= uint64_t{units} * unit_nanos_;
        flags |= fields::kRunCpu;
      }
      if (run.first_tick != next_tick) {
        columns_.gap.push_back(run.first_tick - next_tick);
        flags |= fields::kRunGap;
      }
      next_tick = run.first_tick + run.ticks;
      columns_.run.push_back((run.ticks - 1) << kFlagBits | flags);
    }
  }
  return columns_;
}

void RunBuilder::clear() {
  for (std::vector<Run>& runs : owners_) {
    // Ids come to mean others. With the room of those who are gone each would, in the end, have as
    // much as any ever needed.
    if (runs.empty()) {
      std::vector<Run>().swap(runs);  // without exceptions shrink_to_fit() does nothing
    } else {
      runs.clear();
    }
  }
  run_count_ = 0;
  columns_.clear();
}

}  // namespace pyspy
