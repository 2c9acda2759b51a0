// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "wire/capture_writer.h"

namespace pyspy {

// What was seen of an owner at one tick, as ids of the current chunk.
struct Observation {
  uint32_t python_stack = 0;
  uint32_t native_stack = 0;
  uint32_t state = 0;

  bool operator==(const Observation&) const = default;
};

// Joins equal observations in a row to runs, and runs to the columns of a SampleBlock.
class RunBuilder {
 public:
  explicit RunBuilder(uint32_t tick_unit_nanos) : unit_nanos_(tick_unit_nanos) {}

  // Starts a tick. Times never go back.
  void add_tick(uint64_t time_nanos);
  uint32_t ticks() const { return static_cast<uint32_t>(columns_.tick_delta.size()); }
  size_t runs() const { return run_count_; }

  // Records one owner at the current tick; at most once a tick and owner. `cpu_nanos`: CPU time
  // since the observation before.
  void observe(uint32_t owner, const Observation& seen, uint64_t cpu_nanos);

  // The block as columns. Valid until clear().
  const SampleColumns& finish();

  // Starts a new block. Owners' ids may mean other owners then.
  void clear();

 private:
  struct Run {
    Observation seen;
    uint32_t first_tick = 0;
    uint32_t ticks = 0;
    uint64_t cpu_nanos = 0;
  };
  // Runs of the owner with that id, in order of time. Kept empty, not removed, between blocks.
  std::vector<std::vector<Run>> owners_;
  size_t run_count_ = 0;
  SampleColumns columns_;
  uint64_t last_tick_nanos_ = 0;  // as the reader will reconstruct it
  uint32_t unit_nanos_;
};

}  // namespace pyspy
