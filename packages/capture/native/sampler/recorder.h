// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/flat_map.h"
#include "base/result.h"
#include "cpython/code_cache.h"
#include "cpython/frame_variables.h"
#include "process/thread_probe.h"
#include "sampler/native_sampling.h"
#include "sampler/redaction.h"
#include "sampler/run_builder.h"
#include "sampler/tracks.h"
#include "symbols/symbolizer.h"
#include "wire/capture_writer.h"

namespace pyspy {

// One thread at one tick.
struct ThreadSample {
  std::span<const RawFrame> frames;  // innermost first
  std::span<CodeInfo* const> code;   // of each frame; null: could not be read
  uint32_t flags = 0;                // StateFlag values
  ThreadStatus status;
  const NativeStack* native = nullptr;  // null: not asked for
};

// The local variables of one frame.
struct FrameVariables {
  uint32_t depth = 0;  // 0: the innermost that is recorded
  std::vector<Variable> variables;
};

// Frames whose code has just begun are not there yet, for Python either: they are not recorded.
bool is_incomplete(const RawFrame& frame, const CodeInfo* code);

// Turns samples into the records of a capture: hands out ids, joins runs, cuts chunks, keeps the
// books. Errors are those of the output; they are reported once, by the call in which they occur.
class Recorder {
 public:
  // A damaged chunk loses only itself, but each repeats what it needs: some tens of seconds make
  // the repetition small.
  static constexpr uint64_t kChunkNanos = 20'000'000'000;

  // `zero_nanos`: CLOCK_MONOTONIC of time zero. `chunk_nanos`: length of a chunk.
  Recorder(CaptureWriter& writer, uint64_t zero_nanos, double rate_hertz,
           uint64_t chunk_nanos = kChunkNanos);

  void begin_tick(uint64_t monotonic_nanos);
  void observe(ProcessTrack& process, ThreadTrack& thread, const ThreadSample& sample);
  // True while the thread's last stack can be referred to.
  bool knows(const ThreadTrack& thread) const { return thread.chunk == writer_.chunk(); }
  // A thread that has not run since its last observation. Only while it is known.
  void observe_unchanged(ProcessTrack& process, ThreadTrack& thread, uint32_t flags,
                         const ThreadStatus& status);
  // The variables of a thread that was just observed.
  void add_variables(const ThreadTrack& thread, std::span<const FrameVariables> frames);
  // Writes what is due.
  Status end_tick();
  // Writes what is due of events while there are no ticks.
  Status pass_time(uint64_t monotonic_nanos);

  void add_process_started(ProcessTrack& process, uint64_t monotonic_nanos);
  void add_process_executed(ProcessTrack& process, uint64_t monotonic_nanos);
  void add_process_exited(ProcessTrack& process, uint64_t monotonic_nanos, const int* wait_status);

  // Something that the reader of a report should know; `process` may be null.
  void add_note(uint32_t kind, ProcessTrack* process, const std::string& text);

  // Describes a process in the current chunk, in which it may not be sampled.
  void describe(ProcessTrack& process) { process_id(process); }
  uint64_t chunk() const { return writer_.chunk(); }

  // A killed agent loses what has not been written, and who reads a stream waits for it: at most
  // this much.
  void set_flush_nanos(uint64_t nanos) { flush_nanos_ = nanos; }

  // What is recorded of what may be private; before anything is.
  void set_privacy(Privacy privacy) { privacy_ = std::move(privacy); }
  const Privacy& privacy() const { return privacy_; }

  // The rate is another from the next tick on: a new chunk, with a note that says why.
  Status set_rate(double rate_hertz, const std::string& why);

  // Bytes written, and CPU time and memory that the agent has taken.
  uint64_t bytes_written() const { return writer_.bytes_written(); }
  void measure_agent();

  // Writes all that is left, and the footer.
  Status finish(uint32_t end_reason, const std::string& message, uint64_t monotonic_nanos);
  // Writes what the writer keeps, up to now, to another place; the recording goes on.
  Status write_ring(Sink& sink, const std::string& message, uint64_t monotonic_nanos);

  Counters& counters() { return counters_; }

 private:
  uint32_t process_id(ProcessTrack& process);
  uint32_t owner_id(ProcessTrack& process, ThreadTrack& thread);
  uint32_t code_id(CodeInfo* code);
  uint32_t stack_id(ThreadTrack& thread, const ThreadSample& sample);
  uint32_t native_stack_id(const ThreadSample& sample);
  uint32_t native_frame_id(const NativePlace& place, bool hosts);
  uint32_t mapping_id(const NativePlace& place);
  Status name_native_frames();
  void record(uint32_t owner, uint32_t stack, ThreadTrack& thread, uint32_t flags,
              const ThreadStatus& status);
  void ensure_chunk(uint64_t time_nanos);
  void add_event(uint32_t kind, const ProtoBuffer& body, uint64_t monotonic_nanos);
  Status flush();
  Status end_chunk(uint64_t time_nanos);
  Status end_open_chunk(uint64_t time_nanos);
  ProtoBuffer footer(uint32_t end_reason, const std::string& message, uint64_t time_nanos);

  // A native frame of the current chunk whose names are not written yet.
  struct UnnamedFrame {
    uint32_t id = 0;
    NativeFile* file = nullptr;
    Address lookup_address = 0;
  };

  CaptureWriter& writer_;
  RunBuilder runs_;
  Privacy privacy_;
  uint64_t zero_nanos_;
  double rate_hertz_;
  uint64_t chunk_nanos_;
  uint64_t flush_nanos_ = kNanosPerSecond;
  bool in_chunk_ = false;
  uint64_t chunk_start_nanos_ = 0;
  uint64_t block_start_nanos_ = 0;
  uint64_t now_nanos_ = 0;  // of the current tick, since zero
  FlatMap mappings_;        // ids by file and bias
  Symbolizer symbolizer_;
  std::vector<UnnamedFrame> unnamed_;  // native frames since the last flush
  uint32_t unreadable_code_ = 0;       // id of the code object that stands for unreadable ones
  Counters counters_;
  Counters at_chunk_start_;
};

}  // namespace pyspy
