// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "agent/launcher.h"
#include "agent/options.h"
#include "agent/progress.h"
#include "agent/recording_host.h"
#include "sampler/governor.h"
#include "sampler/process_tree.h"
#include "sampler/recorder.h"
#include "sampler/schedule.h"
#include "wire/capture_writer.h"

namespace pyspy {

// One recording, from attaching to the footer.
class Recording {
 public:
  // Both must outlive it.
  Recording(const CaptureOptions& options, RecordingHost& host);

  // Returns the exit code.
  int run();

 private:
  static constexpr uint64_t kNever = std::numeric_limits<uint64_t>::max();

  int record_processes();
  int record_program();
  int fail(const Error& error, pid_t pid);
  void suspend_if_asked();
  bool goes_on_waiting();
  Result<Sink> open_sink(const std::string& path);
  Status open_output(const std::vector<std::string>& command, pid_t pid);
  Status write_header();
  void prepare();
  Status add_root(pid_t pid);
  int follow();
  int take_snapshots();
  bool wait_until(uint64_t nanos);
  bool begin(uint64_t now_nanos);
  Status tick(const Schedule::Tick& tick);
  Status take_tick(uint64_t now_nanos);
  const char* reached_limit();
  int end_with_targets();
  void write_ring_if_asked(uint64_t now_nanos);
  int finish(uint32_t reason, const char* why, Status written);

  const CaptureOptions& options_;
  RecordingHost& host_;
  Progress progress_;
  std::optional<LaunchedProgram> launched_;
  std::optional<ThreadStopper> stopper_;
  NativeFiles native_files_;
  std::optional<ProcessTree> tree_;
  std::string output_;
  uint64_t zero_nanos_ = 0;
  ProtoBuffer header_;
  std::optional<CaptureWriter> writer_;
  std::optional<Recorder> recorder_;
  std::optional<Schedule> schedule_;  // once there is something to sample
  std::optional<Governor> governor_;
  uint64_t first_tick_nanos_ = 0;
  uint64_t end_nanos_ = kNever;
  uint64_t patience_end_nanos_ = 0;  // with a reader that does not read; 0: no end was asked for
  int rings_written_ = 0;
  uint64_t next_crash_nanos_ = 0;  // when another crash is worth a file of its own
};

}  // namespace pyspy
