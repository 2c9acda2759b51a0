// SPDX-License-Identifier: MIT
#include "sampler/recorder.h"

#include <sys/wait.h>
#include <unistd.h>

#include <ctime>

#include "base/clock.h"
#include "process/proc.h"
#include "sampler/table_entries.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

constexpr uint32_t kTickUnitNanos = 1000;
constexpr size_t kMaxRunsPerBlock = 8192;
constexpr uint32_t kMaxTicksPerBlock = 16384;
// A reader takes no record above 16 MB; a code object has at most 4 MB of line table.
constexpr size_t kMaxTableBytes = 1U << 20U;
constexpr uint64_t kChunkBytes = 4U << 20U;

}  // namespace

Recorder::Recorder(CaptureWriter& writer, uint64_t zero_nanos, double rate_hertz,
                   uint64_t chunk_nanos)
    : writer_(writer),
      runs_(kTickUnitNanos),
      zero_nanos_(zero_nanos),
      rate_hertz_(rate_hertz),
      chunk_nanos_(chunk_nanos) {}

void Recorder::ensure_chunk(uint64_t time_nanos) {
  if (in_chunk_) return;
  in_chunk_ = true;
  unreadable_code_ = 0;
  mappings_.clear();
  chunk_start_nanos_ = block_start_nanos_ = time_nanos;
  writer_.start_chunk(time_nanos, kTickUnitNanos, rate_hertz_);
}

void Recorder::begin_tick(uint64_t monotonic_nanos) {
  now_nanos_ = monotonic_nanos - zero_nanos_;
  ensure_chunk(now_nanos_);
  runs_.add_tick(now_nanos_);
  ++counters_.ticks_taken;
}

uint32_t Recorder::process_id(ProcessTrack& process) {
  if (process.chunk == writer_.chunk()) return process.id;
  process.chunk = writer_.chunk();
  // Once for each program: it is that of its start.
  if (process.environment.empty() && !privacy_.environment.empty()) {
    process.environment = read_environment(process.info.pid, privacy_.environment);
  }
  return process.id = add_process_entry(writer_, process, privacy_);
}

uint32_t Recorder::owner_id(ProcessTrack& process, ThreadTrack& thread) {
  const uint32_t of = process_id(process);
  if (thread.chunk == writer_.chunk()) return thread.id;
  thread.chunk = writer_.chunk();
  thread.stack.clear();
  thread.stack_codes.clear();
  thread.stack_ids.clear();
  thread.native_stack_id = 0;
  thread.state_id = 0;
  return thread.id = add_thread_entry(writer_, of, thread);
}

uint32_t Recorder::code_id(CodeInfo* code) {
  if (code == nullptr) {
    if (unreadable_code_ == 0) unreadable_code_ = add_unreadable_code_entry(writer_);
    return unreadable_code_;
  }
  if (code->chunk == writer_.chunk()) return code->chunk_id;
  code->chunk = writer_.chunk();
  return code->chunk_id = add_code_entry(writer_, *code, privacy_);
}

bool is_incomplete(const RawFrame& frame, const CodeInfo* code) {
  return code != nullptr && frame.owner != kFrameOwnedByGenerator &&
         frame.instruction < code->first_traceable;
}

uint32_t Recorder::stack_id(ThreadTrack& thread, const ThreadSample& sample) {
  uint32_t stack = 0;
  size_t depth = 0;
  bool same = true;
  for (size_t i = sample.frames.size(); i-- > 0;) {
    const RawFrame& frame = sample.frames[i];
    CodeInfo* code = sample.code[i];
    if (is_incomplete(frame, code)) continue;
    same = same && depth < thread.stack.size() && thread.stack[depth] == frame && code != nullptr &&
           code->chunk == writer_.chunk() && thread.stack_codes[depth] == code->chunk_id;
    if (!same) {
      thread.stack.resize(depth);
      thread.stack_codes.resize(depth);
      thread.stack_ids.resize(depth);
      const uint32_t of = code_id(code);
      const uint32_t id = writer_.add_python_frame(of, frame.instruction, frame.flags);
      thread.stack.push_back(frame);
      thread.stack_codes.push_back(of);
      thread.stack_ids.push_back(writer_.add_python_stack(stack, id));
    }
    stack = thread.stack_ids[depth++];
  }
  thread.stack.resize(depth);
  thread.stack_codes.resize(depth);
  thread.stack_ids.resize(depth);
  return stack;
}

void Recorder::observe(ProcessTrack& process, ThreadTrack& thread, const ThreadSample& sample) {
  const uint32_t owner = owner_id(process, thread);
  const uint32_t stack = stack_id(thread, sample);
  thread.native_stack_id = sample.native == nullptr ? 0 : native_stack_id(sample);
  record(owner, stack, thread, sample.flags, sample.status);
  counters_.samples_failed += (sample.flags & fields::kStateStackKnown) == 0;
  counters_.samples_unstable += (sample.flags & fields::kStateUnstable) != 0;
  counters_.samples_truncated += (sample.flags & fields::kStateTruncated) != 0;
}

void Recorder::add_variables(const ThreadTrack& thread, std::span<const FrameVariables> frames) {
  ProtoBuffer snapshot;
  snapshot.add_uint(fields::kSnapshotTimeNanos, now_nanos_);
  snapshot.add_uint(fields::kSnapshotOwner, thread.id);
  for (const FrameVariables& frame : frames) {
    ProtoBuffer entry;
    entry.add_uint(fields::kFrameVariablesDepth, frame.depth);
    for (const Variable& variable : frame.variables) {
      entry.add_message(fields::kFrameVariablesVariable, variable_entry(variable, privacy_));
    }
    snapshot.add_message(fields::kSnapshotFrame, entry);
    if (snapshot.bytes().size() > kMaxTableBytes) break;
  }
  writer_.add_snapshot(snapshot);
}

void Recorder::observe_unchanged(ProcessTrack& process, ThreadTrack& thread, uint32_t flags,
                                 const ThreadStatus& status) {
  const uint32_t owner = owner_id(process, thread);
  record(owner, thread.stack_ids.empty() ? 0 : thread.stack_ids.back(), thread, flags, status);
}

void Recorder::record(uint32_t owner, uint32_t stack, ThreadTrack& thread, uint32_t flags,
                      const ThreadStatus& status) {
  uint64_t cpu = 0;
  if (status.cpu_known) {
    flags |= fields::kStateCpuKnown;
    // Less than before: another thread, whose ids are all those of one that has ended.
    if (thread.cpu_known && status.cpu_nanos > thread.cpu_nanos) {
      cpu = status.cpu_nanos - thread.cpu_nanos;
    }
    thread.cpu_nanos = status.cpu_nanos;
  }
  thread.cpu_known = status.cpu_known;
  const uint32_t os_state = !status.known ? 0 : status.runnable ? 'R' : 'S';
  if (thread.state_id == 0 || flags != thread.state_flags || os_state != thread.os_state ||
      status.syscall != thread.syscall) {
    thread.state_flags = flags;
    thread.os_state = os_state;
    thread.syscall = status.syscall;
    thread.state_id = writer_.add_state(flags, os_state, status.syscall);
  }
  runs_.observe(owner, {stack, thread.native_stack_id, thread.state_id}, cpu);
  ++counters_.samples;
}

uint32_t Recorder::mapping_id(const NativePlace& place) {
  if (place.file == nullptr) return 0;
  uint32_t& id = mappings_(reinterpret_cast<uintptr_t>(place.file), place.bias);
  if (id == 0) id = add_mapping_entry(writer_, *place.file, place.bias, privacy_);
  return id;
}

uint32_t Recorder::native_frame_id(const NativePlace& place, bool hosts) {
  const uint32_t flags = place.flags | (hosts ? fields::kNativeFrameHostsPython : 0);
  bool is_new = false;
  const uint32_t id = writer_.add_native_frame(mapping_id(place), place.address, flags, is_new);
  if (is_new && place.file != nullptr) {
    const bool returns = (flags & fields::kNativeFrameReturnAddress) != 0;
    unnamed_.push_back({id, place.file, place.address - (returns ? 1 : 0)});
  }
  return id;
}

uint32_t Recorder::native_stack_id(const ThreadSample& sample) {
  const NativeStack& native = *sample.native;
  // From the root: the last segment first.
  size_t segment = native.hosted.size();
  uint32_t stack = 0;
  for (size_t i = native.frames.size(); i-- > 0;) {
    bool hosts = false;
    if (segment > 0 && native.hosted[segment - 1].native_frame == i) {
      const HostedSegment& hosted = native.hosted[--segment];
      // A segment of nothing but a frame that is not there yet stands for no Python frame.
      for (size_t frame = hosted.first; frame < hosted.end && frame < sample.frames.size();
           ++frame) {
        hosts |= !is_incomplete(sample.frames[frame], sample.code[frame]);
      }
    }
    stack = writer_.add_native_stack(stack, native_frame_id(native.frames[i], hosts));
  }
  return stack;
}

// Each address once in a chunk, so that each chunk can be read by itself; at its end, since each
// time the symbol tables are gone through.
Status Recorder::name_native_frames() {
  std::vector<Symbolizer::Query> queries;
  for (const UnnamedFrame& frame : unnamed_) {
    queries.push_back({frame.file, frame.lookup_address});
  }
  const auto names = symbolizer_.names_of(queries);
  for (size_t i = 0; i < names.size(); ++i) {
    for (const SourceFunction& function : names[i]) {
      add_symbol_entry(writer_, unnamed_[i].id, function, privacy_);
    }
    if (writer_.pending_bytes() < kMaxTableBytes) continue;
    if (Status status = writer_.flush({}); !status) return status;
  }
  unnamed_.clear();
  return writer_.flush({});
}

Status Recorder::flush() {
  Status status = writer_.flush(runs_.finish());
  runs_.clear();
  block_start_nanos_ = now_nanos_;
  return status;
}

Status Recorder::end_tick() {
  const bool block_full = runs_.runs() >= kMaxRunsPerBlock || runs_.ticks() >= kMaxTicksPerBlock ||
                          writer_.pending_bytes() >= kMaxTableBytes;
  if (!block_full && now_nanos_ - block_start_nanos_ < flush_nanos_) return Nothing{};
  if (Status status = flush(); !status) return status;
  if (now_nanos_ - chunk_start_nanos_ < chunk_nanos_ && writer_.chunk_bytes() < kChunkBytes) {
    return Nothing{};
  }
  return end_chunk(now_nanos_);
}

Status Recorder::pass_time(uint64_t monotonic_nanos) {
  now_nanos_ = monotonic_nanos - zero_nanos_;
  return in_chunk_ ? end_tick() : Status(Nothing{});
}

void Recorder::measure_agent() {
  // Of this thread, which is all of the agent: it may be a part of another program.
  counters_.agent_cpu_nanos = clock_nanos(CLOCK_THREAD_CPUTIME_ID);
  // Not getrusage(2): its peak has that of the program which the agent was before exec.
  const std::string peak = read_status_field(::getpid(), "VmHWM");
  if (!peak.empty()) counters_.agent_rss_bytes = parse_number(peak) * 1024;
}

Status Recorder::end_chunk(uint64_t time_nanos) {
  if (Status status = name_native_frames(); !status) return status;
  measure_agent();
  Status status = writer_.end_chunk(time_nanos, counters_.since(at_chunk_start_));
  at_chunk_start_ = counters_;
  in_chunk_ = false;
  return status;
}

Status Recorder::set_rate(double rate_hertz, const std::string& why) {
  add_note(fields::kNoteRateLowered, nullptr, why);
  if (Status status = flush(); !status) return status;
  if (Status status = end_chunk(now_nanos_); !status) return status;
  rate_hertz_ = rate_hertz;
  return Nothing{};
}

void Recorder::add_event(uint32_t kind, const ProtoBuffer& body, uint64_t monotonic_nanos) {
  ProtoBuffer event;
  event.add_uint(fields::kEventTimeNanos, monotonic_nanos - zero_nanos_);
  event.add_message(kind, body);
  writer_.add_event(event);
}

void Recorder::add_process_started(ProcessTrack& process, uint64_t monotonic_nanos) {
  ensure_chunk(monotonic_nanos - zero_nanos_);
  ProtoBuffer body;
  body.add_uint(fields::kProcessStartedProcess, process_id(process));
  add_event(fields::kEventProcessStarted, body, monotonic_nanos);
}

void Recorder::add_process_executed(ProcessTrack& process, uint64_t monotonic_nanos) {
  ensure_chunk(monotonic_nanos - zero_nanos_);
  ProtoBuffer body;
  body.add_uint(fields::kProcessExecutedProcess, process_id(process));
  add_event(fields::kEventProcessExecuted, body, monotonic_nanos);
}

void Recorder::add_process_exited(ProcessTrack& process, uint64_t monotonic_nanos,
                                  const int* wait_status) {
  ensure_chunk(monotonic_nanos - zero_nanos_);
  ProtoBuffer body;
  body.add_uint(fields::kProcessExitedProcess, process_id(process));
  if (wait_status != nullptr) {
    const int status = *wait_status;
    body.add_uint(fields::kProcessExitedStatusKnown, 1);
    if (WIFEXITED(status)) {
      body.add_uint(fields::kProcessExitedExitStatus, static_cast<uint64_t>(WEXITSTATUS(status)));
    } else if (WIFSIGNALED(status)) {
      body.add_uint(fields::kProcessExitedSignal, static_cast<uint64_t>(WTERMSIG(status)));
    }
  }
  add_event(fields::kEventProcessExited, body, monotonic_nanos);
}

void Recorder::add_note(uint32_t kind, ProcessTrack* process, const std::string& text) {
  ensure_chunk(now_nanos_);
  ProtoBuffer note;
  note.add_uint(fields::kNoteKind, kind);
  if (process != nullptr) note.add_uint(fields::kNoteProcess, process_id(*process));
  note.add_text(fields::kNoteText, text);
  add_event(fields::kEventNote, note, zero_nanos_ + now_nanos_);
}

Status Recorder::end_open_chunk(uint64_t time_nanos) {
  if (!in_chunk_) return Nothing{};
  if (Status status = flush(); !status) return status;
  return end_chunk(time_nanos);
}

ProtoBuffer Recorder::footer(uint32_t end_reason, const std::string& message, uint64_t time_nanos) {
  measure_agent();
  ProtoBuffer counted;
  (writer_.ring() ? writer_.ring()->counters() : counters_).encode(counted);
  ProtoBuffer footer;
  footer.add_uint(fields::kFooterReason, end_reason);
  footer.add_uint(fields::kFooterTimeNanos, time_nanos);
  footer.add_message(fields::kFooterCounters, counted);
  footer.add_text(fields::kFooterMessage, message);
  return footer;
}

Status Recorder::finish(uint32_t end_reason, const std::string& message, uint64_t monotonic_nanos) {
  const uint64_t time = monotonic_nanos - zero_nanos_;
  if (Status status = end_open_chunk(time); !status) return status;
  return writer_.write_footer(footer(end_reason, message, time));
}

Status Recorder::write_ring(Sink& sink, const std::string& message, uint64_t monotonic_nanos) {
  const uint64_t time = monotonic_nanos - zero_nanos_;
  if (Status status = end_open_chunk(time); !status) return status;
  return writer_.write_ring(sink, footer(fields::kEndInterrupted, message, time));
}

}  // namespace pyspy
