// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "process/exit_watch_linux.h"
#include "process/proc.h"
#include "sampler/recorder.h"
#include "sampler/target.h"

namespace pyspy {

// A process from its birth, or from when it was found, to its end: it may become another program,
// come to run Python, and cease to. All that happens to it goes to the recorder.
class FollowedProcess {
 public:
  // `if_python`: nothing is written of it unless it runs Python.
  // Empty where the process has ended, or is a thread.
  static std::unique_ptr<FollowedProcess> find(pid_t pid, const Access& access, bool if_python);

  // To be called at once when it is found: until it executes a program it runs its parent's.
  void inherit(const FollowedProcess& parent);

  // Looks for Python in it at once. `parent` may be null. Error codes: those of Target::attach.
  Status attach(const FollowedProcess* parent, Effort effort, uint64_t now_nanos);

  // Looks whether it has ended, has become another program, or runs Python by now.
  void look(Recorder& recorder, FollowedProcess* parent, uint64_t now_nanos);
  // When that is due again; what is sampled tells by itself.
  uint64_t next_look_nanos() const { return next_look_nanos_; }

  // One sample, where it runs Python.
  void sample(Recorder& recorder, FollowedProcess* parent, uint64_t now_nanos);

  pid_t pid() const { return track_.info.pid; }
  pid_t parent_pid() const { return track_.info.parent_pid; }
  uint64_t start_boot_nanos() const { return track_.info.start_boot_nanos; }
  ProcessTrack& track() { return target_ ? target_->process() : track_; }
  const ExitWatch& exit_watch() const { return exit_; }
  bool is_announced() const { return announced_; }
  bool has_ended() const { return ended_; }
  bool is_python() const { return target_ != nullptr; }
  size_t thread_count() const { return target_ ? target_->thread_count() : 0; }
  // Why it cannot be recorded; empty while it may yet be.
  const std::optional<Error>& refusal() const { return refusal_; }
  // As waitpid(2) gives it, where that is known; once it has ended.
  const std::optional<int>& wait_status() const { return wait_status_; }

 private:
  FollowedProcess(ProcessInfo info, const ProcessStat& stat, const Access& access, bool if_python);

  bool is_ending(const ProcessStat& stat) const;
  bool is_same_program(const ProcessStat& stat) const;
  void note_exec(Recorder& recorder, const ProcessStat& stat, uint64_t now_nanos);
  void announce(Recorder& recorder, FollowedProcess* parent, uint64_t now_nanos);
  void detach();
  void try_attach(Recorder& recorder, FollowedProcess* parent, uint64_t now_nanos);
  Result<std::unique_ptr<Target>> find_python(const FollowedProcess* parent, Effort effort);
  void note_refusal(Recorder& recorder, const Error& error);
  void look_at_end(Recorder& recorder, FollowedProcess* parent, uint64_t now_nanos);
  void look_often(uint64_t now_nanos);

  Access access_;
  bool if_python_;
  ProcessTrack track_;              // while there is no target, which has its own
  std::unique_ptr<Target> target_;  // while it runs Python
  ExitWatch exit_;
  bool has_executed_;     // a program of its own
  uint64_t stack_start_;  // tells programs apart
  uint64_t found_nanos_;
  uint64_t program_nanos_;  // when this program of it was found
  bool announced_ = false;
  bool ended_ = false;
  uint64_t next_look_nanos_ = 0;
  uint64_t look_wait_nanos_ = 0;
  uint64_t next_attach_nanos_ = 0;
  uint64_t attach_wait_nanos_ = 0;
  uint64_t looked_cpu_nanos_ = 0;  // CPU time when it was last looked for Python in vain
  uint64_t end_seen_nanos_ = 0;
  std::optional<int> wait_status_;
  std::optional<Error> refusal_;
};

}  // namespace pyspy
