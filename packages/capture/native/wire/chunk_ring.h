// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "base/result.h"
#include "wire/counters.h"
#include "wire/sink.h"

namespace pyspy {

// Keeps the last minutes of a recording in memory, as whole chunks: a flight recorder. Chunks stand
// for themselves, so what is kept is a recording whose first chunks are missing.
class ChunkRing {
 public:
  // Keeps chunks that reach into the last `length_nanos`, and of those the last `max_bytes`; one
  // chunk at least.
  ChunkRing(uint64_t length_nanos, uint64_t max_bytes)
      : length_nanos_(length_nanos), max_bytes_(max_bytes) {}

  // The header's record; kept for good.
  void set_header(std::span<const uint8_t> record) { header_.assign(record.begin(), record.end()); }
  // A record of the current chunk.
  void add(std::span<const uint8_t> record);
  void end_chunk(uint64_t time_nanos, const Counters& counters);

  // Writes the header and the chunks that have ended.
  Status write_to(Sink& sink) const;
  // What was counted in them.
  Counters counters() const;
  uint64_t bytes() const { return bytes_; }

 private:
  struct Chunk {
    std::vector<uint8_t> bytes;
    uint64_t end_nanos = 0;
    Counters counters;
  };

  uint64_t length_nanos_;
  uint64_t max_bytes_;
  std::vector<uint8_t> header_;
  std::deque<Chunk> chunks_;  // oldest first
  Chunk current_;
  uint64_t bytes_ = 0;  // of the chunks that have ended
};

}  // namespace pyspy
