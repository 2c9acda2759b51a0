// SPDX-License-Identifier: MIT
#include "wire/capture_writer.h"

#include <bit>

#include "wire/crc32.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

// "PSPYCHNK" as it stands in the file; see ChunkStart.marker.
constexpr uint64_t kChunkMarker = 0x4B4E484359505350;

}  // namespace

void SampleColumns::clear() {
  tick_delta.clear();
  run.clear();
  owner.clear();
  python_stack.clear();
  native_stack.clear();
  state.clear();
  cpu.clear();
  gap.clear();
}

std::span<const uint8_t> CaptureWriter::frame(uint32_t member, const ProtoBuffer& body) {
  record_.clear();
  record_.add_message(member, body);
  framed_.clear();
  framed_.add_message(fields::kCaptureRecord, record_);
  return framed_.bytes();
}

Status CaptureWriter::write_record(uint32_t member, const ProtoBuffer& body) {
  const std::span<const uint8_t> bytes = frame(member, body);
  crc_ = crc32(crc_, bytes);
  chunk_bytes_ += bytes.size();
  if (!ring_) return sink_.write(bytes);
  ring_->add(bytes);
  return Nothing{};
}

Status CaptureWriter::write_header(const ProtoBuffer& header) {
  if (!ring_) return write_record(fields::kRecordHeader, header);
  ring_->set_header(frame(fields::kRecordHeader, header));
  return Nothing{};
}

void CaptureWriter::start_chunk(uint64_t time_nanos, uint32_t tick_unit_nanos, double rate_hertz) {
  chunk_start_.clear();
  chunk_start_.add_fixed64(fields::kChunkStartMarker, kChunkMarker);
  chunk_start_.add_uint(fields::kChunkStartSequence, chunk_);
  chunk_start_.add_uint(fields::kChunkStartTimeNanos, time_nanos);
  chunk_start_.add_uint(fields::kChunkStartTickUnitNanos, tick_unit_nanos);
  chunk_start_.add_double(fields::kChunkStartRateHertz, rate_hertz);
  ++chunk_;
  chunk_bytes_ = 0;
  strings_.clear();
  codes_.clear();
  states_.clear();
  frames_.clear();
  python_stacks_.forget();
  native_frames_.clear();
  native_stacks_.forget();
  process_count_ = owner_count_ = state_count_ = frame_count_ = 0;
  mapping_count_ = native_frame_count_ = 0;
}

uint32_t CaptureWriter::add_string(std::string_view text) {
  if (text.empty()) return 0;
  const auto [entry, is_new] = strings_.try_emplace(std::string(text), strings_.size() + 1);
  if (is_new) tables_.add_entry(fields::kTablesString, text);
  return entry->second;
}

uint32_t CaptureWriter::add_process(const ProtoBuffer& process) {
  tables_.add_message(fields::kTablesProcess, process);
  return ++process_count_;
}

uint32_t CaptureWriter::add_owner(const ProtoBuffer& owner) {
  tables_.add_message(fields::kTablesOwner, owner);
  return ++owner_count_;
}

uint32_t CaptureWriter::add_code(const ProtoBuffer& code) {
  const std::span<const uint8_t> bytes = code.bytes();
  const auto [entry, is_new] =
      codes_.try_emplace(std::string(bytes.begin(), bytes.end()), codes_.size() + 1);
  if (is_new) tables_.add_message(fields::kTablesCode, code);
  return entry->second;
}

uint32_t CaptureWriter::add_state(uint32_t flags, uint32_t os_state, int32_t syscall) {
  const uint64_t kernel = uint64_t{os_state} << 32U | static_cast<uint32_t>(syscall + 1);
  uint32_t& id = states_(flags, kernel);
  if (id != 0) return id;
  id = ++state_count_;
  ProtoBuffer state;
  state.add_uint(fields::kStateFlags, flags);
  state.add_uint(fields::kStateOsState, os_state);
  state.add_sint(fields::kStateSyscall, syscall + 1);
  tables_.add_message(fields::kTablesState, state);
  return id;
}

uint32_t CaptureWriter::add_python_frame(uint32_t code, int32_t instruction, uint32_t frame_flags) {
  const uint64_t place = uint64_t{frame_flags} << 32U | std::bit_cast<uint32_t>(instruction);
  uint32_t& id = frames_(code, place);
  if (id != 0) return id;
  id = ++frame_count_;
  frame_code_.push_back(code);
  frame_instruction_.push_back(instruction);
  frame_flags_.push_back(frame_flags);
  return id;
}

uint32_t CaptureWriter::add_mapping(const ProtoBuffer& mapping) {
  tables_.add_message(fields::kTablesMapping, mapping);
  return ++mapping_count_;
}

uint32_t CaptureWriter::add_native_frame(uint32_t mapping, uint64_t address, uint32_t frame_flags,
                                         bool& is_new) {
  uint32_t& id = native_frames_(address, uint64_t{mapping} << 32U | frame_flags);
  is_new = id == 0;
  if (!is_new) return id;
  id = ++native_frame_count_;
  native_mapping_.push_back(mapping);
  native_address_.push_back(address);
  native_flags_.push_back(frame_flags);
  return id;
}

uint32_t StackTable::add(uint32_t parent, uint32_t innermost) {
  uint32_t& id = ids(parent, innermost);
  if (id != 0) return id;
  id = ++count;
  parent_delta.push_back(id - parent);
  frame.push_back(innermost);
  return id;
}

void StackTable::forget() {
  ids.clear();
  count = 0;
}

void CaptureWriter::add_stack_columns(uint32_t field, StackTable& stacks) {
  if (stacks.frame.empty()) return;
  columns_.clear();
  columns_.add_packed(fields::kStacksParentDelta, stacks.parent_delta);
  columns_.add_packed(fields::kStacksFrame, stacks.frame);
  tables_.add_message(field, columns_);
  stacks.parent_delta.clear();
  stacks.frame.clear();
}

Status CaptureWriter::write_tables() {
  ProtoBuffer& columns = columns_;
  columns.clear();
  if (!frame_code_.empty()) {
    columns.add_packed(fields::kPythonFramesCode, frame_code_);
    columns.add_packed_sint(fields::kPythonFramesInstruction, frame_instruction_);
    columns.add_packed(fields::kPythonFramesFlags, frame_flags_);
    tables_.add_message(fields::kTablesPythonFrames, columns);
  }
  frame_code_.clear();
  frame_instruction_.clear();
  frame_flags_.clear();
  add_stack_columns(fields::kTablesPythonStacks, python_stacks_);
  columns.clear();
  if (!native_address_.empty()) {
    columns.add_packed(fields::kNativeFramesMapping, native_mapping_);
    columns.add_packed_long(fields::kNativeFramesAddress, native_address_);
    columns.add_packed(fields::kNativeFramesFlags, native_flags_);
    tables_.add_message(fields::kTablesNativeFrames, columns);
  }
  native_mapping_.clear();
  native_address_.clear();
  native_flags_.clear();
  add_stack_columns(fields::kTablesNativeStacks, native_stacks_);
  if (tables_.empty()) return Nothing{};
  Status status = write_record(fields::kRecordTables, tables_);
  tables_.clear();
  return status;
}

Status CaptureWriter::flush(const SampleColumns& samples) {
  if (!chunk_start_.empty()) {
    crc_ = 0;
    Status status = write_record(fields::kRecordChunkStart, chunk_start_);
    chunk_start_.clear();
    if (!status) return status;
  }
  if (Status status = write_tables(); !status) return status;
  if (!events_.empty()) {
    Status status = write_record(fields::kRecordEvents, events_);
    events_.clear();
    if (!status) return status;
  }
  for (const ProtoBuffer& snapshot : std::exchange(snapshots_, {})) {
    if (Status status = write_record(fields::kRecordSnapshot, snapshot); !status) return status;
  }
  if (samples.tick_delta.empty()) return Nothing{};
  ProtoBuffer& block = columns_;
  block.clear();
  block.add_uint(fields::kSampleBlockStartNanos, samples.start_nanos);
  block.add_packed(fields::kSampleBlockTickDelta, samples.tick_delta);
  block.add_packed(fields::kSampleBlockRun, samples.run);
  block.add_packed_sint(fields::kSampleBlockOwner, samples.owner);
  block.add_packed_sint(fields::kSampleBlockPythonStack, samples.python_stack);
  block.add_packed_sint(fields::kSampleBlockNativeStack, samples.native_stack);
  block.add_packed(fields::kSampleBlockState, samples.state);
  block.add_packed(fields::kSampleBlockCpu, samples.cpu);
  block.add_packed(fields::kSampleBlockGap, samples.gap);
  return write_record(fields::kRecordSamples, block);
}

Status CaptureWriter::end_chunk(uint64_t time_nanos, const Counters& counters) {
  ProtoBuffer counted;
  counters.encode(counted);
  ProtoBuffer end;
  end.add_uint(fields::kChunkEndSequence, chunk_ - 1);
  end.add_uint(fields::kChunkEndTimeNanos, time_nanos);
  end.add_message(fields::kChunkEndCounters, counted);
  end.add_fixed32(fields::kChunkEndCrc32, crc_);
  Status status = write_record(fields::kRecordChunkEnd, end);
  if (ring_) ring_->end_chunk(time_nanos, counters);
  return status;
}

Status CaptureWriter::write_ring(Sink& sink, const ProtoBuffer& footer) {
  if (Status status = ring_->write_to(sink); !status) return status;
  return sink.write(frame(fields::kRecordFooter, footer));
}

Status CaptureWriter::write_footer(const ProtoBuffer& footer) {
  return ring_ ? write_ring(sink_, footer) : write_record(fields::kRecordFooter, footer);
}

}  // namespace pyspy
