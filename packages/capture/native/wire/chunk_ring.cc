// SPDX-License-Identifier: MIT
#include "wire/chunk_ring.h"

#include <utility>

namespace pyspy {

void ChunkRing::add(std::span<const uint8_t> record) {
  current_.bytes.insert(current_.bytes.end(), record.begin(), record.end());
}

void ChunkRing::end_chunk(uint64_t time_nanos, const Counters& counters) {
  current_.end_nanos = time_nanos;
  current_.counters = counters;
  // It stays. Without exceptions shrink_to_fit() does nothing.
  std::vector<uint8_t>(current_.bytes).swap(current_.bytes);
  bytes_ += current_.bytes.size();
  chunks_.push_back(std::exchange(current_, {}));
  const uint64_t oldest = time_nanos > length_nanos_ ? time_nanos - length_nanos_ : 0;
  while (chunks_.size() > 1 && (chunks_.front().end_nanos <= oldest || bytes_ > max_bytes_)) {
    bytes_ -= chunks_.front().bytes.size();
    chunks_.pop_front();
  }
}

Status ChunkRing::write_to(Sink& sink) const {
  if (Status status = sink.write(header_); !status) return status;
  for (const Chunk& chunk : chunks_) {
    if (Status status = sink.write(chunk.bytes); !status) return status;
  }
  return Nothing{};
}

Counters ChunkRing::counters() const {
  Counters sum;
  for (const Chunk& chunk : chunks_) sum.add(chunk.counters);
  return sum;
}

}  // namespace pyspy
