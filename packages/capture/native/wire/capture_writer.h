// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/flat_map.h"
#include "base/result.h"
#include "wire/chunk_ring.h"
#include "wire/counters.h"
#include "wire/proto_buffer.h"
#include "wire/pspy_fields.h"
#include "wire/sink.h"

namespace pyspy {

// The columns of a SampleBlock.
struct SampleColumns {
  uint64_t start_nanos = 0;
  std::vector<uint32_t> tick_delta;
  std::vector<uint32_t> run;
  std::vector<int32_t> owner;
  std::vector<int32_t> python_stack;
  std::vector<int32_t> native_stack;
  std::vector<uint32_t> state;
  std::vector<uint32_t> cpu;
  std::vector<uint32_t> gap;

  void clear();
};

// The stacks of a chunk: those it has, and the columns of those that are still to be written.
struct StackTable {
  FlatMap ids;
  uint32_t count = 0;
  std::vector<uint32_t> parent_delta, frame;

  uint32_t add(uint32_t parent, uint32_t innermost);
  void forget();
};

// Writes the records of a capture (schemas/pspy.proto). Keeps the tables of the chunk that is
// being written, hands out their ids, and writes new entries before what refers to them. Ids hold
// until the next chunk; `chunk()` tells whether one is still good.
class CaptureWriter {
 public:
  explicit CaptureWriter(Sink sink) : sink_(std::move(sink)) {}

  // Nothing is written from now on, but kept, until write_footer(). To be called first.
  void keep_in(ChunkRing ring) { ring_ = std::move(ring); }
  const std::optional<ChunkRing>& ring() const { return ring_; }
  // An older capture stands in the file still, until the first record is written.
  bool replaces() const { return sink_.replaces(); }
  // Writes what is kept to another place, with fields of message Footer. Between chunks.
  Status write_ring(Sink& sink, const ProtoBuffer& footer);

  // Fields of message Header; the first record.
  Status write_header(const ProtoBuffer& header);

  // Forgets all tables. Times are nanoseconds since the header's clock.
  void start_chunk(uint64_t time_nanos, uint32_t tick_unit_nanos, double rate_hertz);
  Status end_chunk(uint64_t time_nanos, const Counters& counters);

  // Number of the current chunk, from 1.
  uint64_t chunk() const { return chunk_; }
  // Bytes of the current chunk so far.
  uint64_t chunk_bytes() const { return chunk_bytes_; }
  // Bytes in the file; while they are kept, of what would be written.
  uint64_t bytes_written() const {
    return std::max(sink_.bytes_written(), ring_ ? ring_->bytes() : 0);
  }
  // Table entries that the next flush will write, in bytes, but for frames and stacks.
  size_t pending_bytes() const { return tables_.bytes().size(); }

  // Table entries; each returns an id of the current chunk. The messages hold encoded fields.
  uint32_t add_string(std::string_view text);
  uint32_t add_process(const ProtoBuffer& process);
  uint32_t add_owner(const ProtoBuffer& owner);
  // Processes that were forked from one have the same code: an entry that is there is used again.
  uint32_t add_code(const ProtoBuffer& code);
  uint32_t add_state(uint32_t flags, uint32_t os_state, int32_t syscall);
  uint32_t add_python_frame(uint32_t code, int32_t instruction, uint32_t frame_flags);
  uint32_t add_python_stack(uint32_t parent, uint32_t frame) {
    return python_stacks_.add(parent, frame);
  }

  uint32_t add_mapping(const ProtoBuffer& mapping);
  // `is_new`: set when the frame had no id.
  uint32_t add_native_frame(uint32_t mapping, uint64_t address, uint32_t frame_flags, bool& is_new);
  uint32_t add_native_stack(uint32_t parent, uint32_t frame) {
    return native_stacks_.add(parent, frame);
  }
  void add_native_symbol(const ProtoBuffer& symbol) {
    tables_.add_message(fields::kTablesNativeSymbol, symbol);
  }

  // Adds an event; it is written by the next flush.
  void add_event(const ProtoBuffer& event) { events_.add_message(1, event); }

  // Adds a message Snapshot; it is written by the next flush, before the samples.
  void add_snapshot(const ProtoBuffer& snapshot) { snapshots_.push_back(snapshot); }

  // Writes what the tables have got since the last flush, events, and the samples.
  Status flush(const SampleColumns& samples);

  // Fields of message Footer; the last record.
  Status write_footer(const ProtoBuffer& footer);

 private:
  // A record of one member of the oneof, as it stands in the file.
  std::span<const uint8_t> frame(uint32_t member, const ProtoBuffer& body);
  Status write_record(uint32_t member, const ProtoBuffer& body);
  Status write_tables();
  void add_stack_columns(uint32_t field, StackTable& stacks);

  Sink sink_;
  std::optional<ChunkRing> ring_;
  uint64_t chunk_ = 0;
  uint64_t chunk_bytes_ = 0;
  uint32_t crc_ = 0;
  ProtoBuffer chunk_start_;
  ProtoBuffer record_;
  ProtoBuffer framed_;
  ProtoBuffer columns_;  // scratch, which keeps its memory

  // New table entries, encoded.
  ProtoBuffer tables_;
  ProtoBuffer events_;
  std::vector<ProtoBuffer> snapshots_;
  std::vector<uint32_t> frame_code_, frame_flags_;
  std::vector<int32_t> frame_instruction_;
  std::vector<uint32_t> native_mapping_, native_flags_;
  std::vector<uint64_t> native_address_;

  // What the chunk has, to find entries again.
  std::unordered_map<std::string, uint32_t> strings_, codes_;
  FlatMap states_, frames_, native_frames_;
  StackTable python_stacks_, native_stacks_;
  uint32_t process_count_ = 0, owner_count_ = 0, state_count_ = 0, frame_count_ = 0,
           mapping_count_ = 0, native_frame_count_ = 0;
};

}  // namespace pyspy
