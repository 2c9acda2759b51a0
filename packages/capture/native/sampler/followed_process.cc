// SPDX-License-Identifier: MIT
#include "sampler/followed_process.h"

#include <unistd.h>

#include <algorithm>
#include <limits>

#include "base/clock.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

constexpr uint64_t kMillisecond = 1'000'000;
// How often a process is looked at in which no Python runs: at first, and in the end.
constexpr uint64_t kLeastLookNanos = kMillisecond;
constexpr uint64_t kMostLookNanos = 50 * kMillisecond;
// To look for Python in a process costs some hundred microseconds.
constexpr uint64_t kMostAttachNanos = kNanosPerSecond;
// How long a program may take to start Python: until then its variables are not scanned for one.
constexpr uint64_t kStartUpNanos = 500 * kMillisecond;
// What is replaced by another program at once, as by a wrapper or by a child of subprocess.run(),
// is not told.
constexpr uint64_t kSettledNanos = 200 * kMillisecond;
// How long to wait for somebody to say how a process has ended.
constexpr uint64_t kStatusNanos = 200 * kMillisecond;

Access access_to(const ProcessInfo& info, Access access) {
  if (!access.spares_children || info.parent_pid != ::getpid()) return access;
  access.strategy = Strategy::kNonblocking;
  access.native_files = nullptr;
  access.variables.reset();
  return access;
}

}  // namespace

std::unique_ptr<FollowedProcess> FollowedProcess::find(pid_t pid, const Access& access,
                                                       bool if_python) {
  const std::optional<ProcessStat> stat = read_process_stat(pid);
  if (!stat) return nullptr;
  Result<ProcessInfo> info = read_process_info(pid);
  if (!info || info->start_boot_nanos != stat->start_boot_nanos) return nullptr;
  std::unique_ptr<FollowedProcess> found(
      new FollowedProcess(std::move(*info), *stat, access, if_python));
  return found->exit_.is_open() ? std::move(found) : nullptr;
}

FollowedProcess::FollowedProcess(ProcessInfo info, const ProcessStat& stat, const Access& access,
                                 bool if_python)
    : access_(access_to(info, access)),
      if_python_(if_python),
      exit_(info.pid, info.start_boot_nanos),
      has_executed_(stat.has_executed),
      stack_start_(stat.stack_start),
      found_nanos_(monotonic_nanos()),
      program_nanos_(found_nanos_) {
  track_.info = std::move(info);
}

void FollowedProcess::inherit(const FollowedProcess& parent) {
  if (has_executed_) return;
  const ProcessTrack& from = parent.target_ ? parent.target_->process() : parent.track_;
  track_.is_python = from.is_python;
  track_.python = from.python;
  track_.layout = from.layout;
  // Of what is ending /proc has only the name.
  if (!track_.info.executable.empty()) return;
  track_.info.command = from.info.command;
  track_.info.executable = from.info.executable;
}

// One that is ending has no memory any more, and so no stack; nor has one that is just executing a
// program, which is looked at again.
bool FollowedProcess::is_ending(const ProcessStat& stat) const {
  return stat.stack_start == 0 && stack_start_ != 0;
}

bool FollowedProcess::is_same_program(const ProcessStat& stat) const {
  return is_ending(stat) ||
         (stat.has_executed == has_executed_ && stat.stack_start == stack_start_);
}

void FollowedProcess::look_often(uint64_t now_nanos) {
  look_wait_nanos_ = attach_wait_nanos_ = kLeastLookNanos;
  next_look_nanos_ = now_nanos + look_wait_nanos_;
  next_attach_nanos_ = now_nanos;
}

void FollowedProcess::detach() {
  track_ = std::move(target_->process());
  target_.reset();
}

Result<std::unique_ptr<Target>> FollowedProcess::find_python(const FollowedProcess* parent,
                                                             Effort effort) {
  if (!has_executed_) {
    // Until it executes a program it has its parent's memory, and its parent's threads in it.
    if (is_in_vfork(parent_pid())) {
      return Error{ErrorCode::kNotReady, "it has no memory of its own yet"};
    }
    // The stack of a program is at another place in each run of it.
    const bool is_copy =
        parent != nullptr && stack_start_ != 0 && parent->stack_start_ == stack_start_;
    if (is_copy && parent->target_) return Target::attach_forked(track_.info, *parent->target_);
  }
  return Target::attach(pid(), access_, effort);
}

Status FollowedProcess::attach(const FollowedProcess* parent, Effort effort, uint64_t now_nanos) {
  Result<std::unique_ptr<Target>> target = find_python(parent, effort);
  if (!target) return target.error();
  target_ = std::move(*target);
  target_->process().exec_count = track_.exec_count;
  // Who made it, also after that one has ended.
  target_->process().info.parent_pid = parent_pid();
  refusal_.reset();
  look_often(now_nanos);
  next_look_nanos_ = std::numeric_limits<uint64_t>::max();
  return Nothing{};
}

// Writes that it is there, and its parent first, unless that was done, or it is not to be known.
void FollowedProcess::announce(Recorder& recorder, FollowedProcess* parent, uint64_t now_nanos) {
  if (announced_ || (if_python_ && !track().is_python)) return;
  if (parent != nullptr) parent->announce(recorder, nullptr, now_nanos);
  announced_ = true;
  recorder.add_process_started(track(), now_nanos);
}

// It runs another program: what was learned of the old one is void.
void FollowedProcess::note_exec(Recorder& recorder, const ProcessStat& stat, uint64_t now_nanos) {
  if (target_) detach();
  has_executed_ = stat.has_executed;
  stack_start_ = stat.stack_start;
  program_nanos_ = now_nanos;
  refusal_.reset();
  look_often(now_nanos);
  Result<ProcessInfo> info = read_process_info(pid());
  if (!info || info->start_boot_nanos != start_boot_nanos()) return;  // it has ended
  info->parent_pid = parent_pid();
  track_.info = std::move(*info);
  track_.is_python = false;
  track_.python = {};
  track_.layout = {};
  track_.environment.clear();
  track_.worker_name.clear();
  track_.chunk = 0;
  if (!announced_) return;
  ++track_.exec_count;
  recorder.add_process_executed(track_, now_nanos);
}

void FollowedProcess::note_refusal(Recorder& recorder, const Error& error) {
  if (if_python_ && error.code == ErrorCode::kPermission) return;  // it need not be Python
  recorder.add_note(
      fields::kNoteProcessUnreadable, announced_ ? &track_ : nullptr,
      "process " + std::to_string(pid()) + " is not recorded" +
          (recorder.privacy().redaction == Redaction::kStrict ? std::string()
                                                              : ": " + error.message));
}

void FollowedProcess::try_attach(Recorder& recorder, FollowedProcess* parent, uint64_t now_nanos) {
  const uint64_t cpu_nanos = process_cpu_nanos(pid());
  const bool is_starting = now_nanos < program_nanos_ + kStartUpNanos;
  const Effort effort = is_starting ? Effort::kSymbols : Effort::kScan;
  const Status attached = attach(parent, effort, now_nanos);
  if (attached) return;
  const Error& error = attached.error();
  const bool is_final =
      error.code == ErrorCode::kUnsupported || error.code == ErrorCode::kPermission;
  // What cannot be read may just be ending.
  const std::optional<ProcessStat> stat = read_process_stat(pid());
  if (!stat || stat->has_ended() || is_ending(*stat)) return;
  if (is_final && !refusal_) {
    refusal_ = error;
    announce(recorder, parent, now_nanos);
    note_refusal(recorder, error);
  }
  looked_cpu_nanos_ = is_starting ? 0 : cpu_nanos;
  const bool may_come_soon = is_starting && error.code == ErrorCode::kNotReady;
  attach_wait_nanos_ = may_come_soon
                           ? kLeastLookNanos
                           : std::clamp(2 * attach_wait_nanos_, kLeastLookNanos, kMostAttachNanos);
  next_attach_nanos_ = now_nanos + attach_wait_nanos_;
}

void FollowedProcess::look_at_end(Recorder& recorder, FollowedProcess* parent, uint64_t now_nanos) {
  if (end_seen_nanos_ == 0) {
    end_seen_nanos_ = now_nanos;
    if (target_) detach();
  }
  wait_status_ = exit_.wait_status();
  if (!wait_status_ && now_nanos - end_seen_nanos_ < kStatusNanos) {
    next_look_nanos_ = now_nanos + kMillisecond;
    return;
  }
  ended_ = true;
  announce(recorder, parent, end_seen_nanos_);
  if (!announced_) return;
  recorder.add_process_exited(track_, end_seen_nanos_, wait_status_ ? &*wait_status_ : nullptr);
}

void FollowedProcess::look(Recorder& recorder, FollowedProcess* parent, uint64_t now_nanos) {
  if (ended_) return;
  if (exit_.has_ended()) return look_at_end(recorder, parent, now_nanos);
  if (target_) return;
  look_wait_nanos_ =
      std::clamp(look_wait_nanos_ + look_wait_nanos_ / 8, kLeastLookNanos, kMostLookNanos);
  next_look_nanos_ = now_nanos + look_wait_nanos_;
  if (now_nanos > found_nanos_ + kSettledNanos) announce(recorder, parent, now_nanos);
  // What has not run is what it was.
  if (looked_cpu_nanos_ != 0 && process_cpu_nanos(pid()) == looked_cpu_nanos_) return;
  const std::optional<ProcessStat> stat = read_process_stat(pid());
  if (!stat || is_ending(*stat)) return;
  if (!is_same_program(*stat)) note_exec(recorder, *stat, now_nanos);
  if (now_nanos >= next_attach_nanos_) try_attach(recorder, parent, now_nanos);
}

void FollowedProcess::sample(Recorder& recorder, FollowedProcess* parent, uint64_t now_nanos) {
  if (!target_) return;
  announce(recorder, parent, now_nanos);
  if (target_->sample(recorder)) return;
  if (exit_.has_ended()) return look_at_end(recorder, parent, now_nanos);
  // It is ending, or has become another program: asked in this order, since what has no memory any
  // more is then seen to be ending.
  const bool has_other_memory = !target_->is_same_program();
  const std::optional<ProcessStat> stat = read_process_stat(pid());
  if (!stat || is_ending(*stat)) return;
  if (has_other_memory || !is_same_program(*stat)) {
    note_exec(recorder, *stat, now_nanos);
  } else {
    ++recorder.counters().samples_failed;
    detach();
    look_often(now_nanos);
  }
  look(recorder, parent, now_nanos);
}

}  // namespace pyspy
