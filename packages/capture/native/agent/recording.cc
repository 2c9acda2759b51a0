// SPDX-License-Identifier: MIT
#include "agent/recording.h"

#include <signal.h>

#include <algorithm>

#include "agent/diagnostics.h"
#include "base/clock.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

// How long to wait for late stops before looking whether the program has ended.
constexpr uint64_t kLateStopNanos = 100'000'000;

// "run.pspy" to "run-1.pspy".
std::string numbered(const std::string& path, int number) {
  const size_t dot = path.rfind('.');
  const bool has_ending = dot != std::string::npos && path.find('/', dot) == std::string::npos;
  const size_t at = has_ending && dot > 0 ? dot : path.size();
  return path.substr(0, at) + "-" + std::to_string(number) + path.substr(at);
}

}  // namespace

int Recording::run() {
  const int code = options_.program.empty() ? record_processes() : record_program();
  if (!launched_) return code;
  if (options_.at_end == AtEnd::kLeave && !launched_->has_ended()) {
    return code == kExitOk ? code : kExitLaunchFailure;
  }
  if (options_.at_end == AtEnd::kTerminate && tree_) tree_->terminate();
  // A thread whose stop is still to come would stand for ever if nobody saw it.
  while (stopper_ && stopper_->has_late() && !launched_->has_ended()) {
    stopper_->release_late(monotonic_nanos() + kLateStopNanos);
  }
  launched_->wait();
  return code == kExitOk ? launched_->exit_status() : kExitLaunchFailure;
}

int Recording::fail(const Error& error, pid_t pid) {
  const bool about_target = error.code != ErrorCode::kOutput && error.code != ErrorCode::kUsage &&
                            error.code != ErrorCode::kNoSuchProcess;
  const std::string subject =
      about_target ? "process " + std::to_string(pid) + " cannot be recorded: " : "";
  host_.tell_error(subject + error.message, advice(error, pid));
  return exit_code(error);
}

// Starts sampling, as soon as there is a Python to sample.
bool Recording::begin(uint64_t now_nanos) {
  for (FollowedProcess* process : tree_->processes()) {
    if (!process->is_python()) continue;
    progress_.started(process->track(), options_.rate_hertz, options_.duration_seconds);
    first_tick_nanos_ = now_nanos;
    if (options_.duration_seconds > 0 && end_nanos_ == kNever) {
      end_nanos_ = now_nanos + nanos_of_seconds(options_.duration_seconds);
    }
    schedule_.emplace(options_.rate_hertz, now_nanos);
    governor_.emplace(options_.rate_hertz, options_.max_cpu_percent, now_nanos);
    return true;
  }
  return false;
}

Status Recording::take_tick(uint64_t now_nanos) {
  ++recorder_->counters().ticks_asked;
  recorder_->begin_tick(now_nanos);
  tree_->sample(*recorder_, now_nanos);
  return recorder_->end_tick();
}

Status Recording::tick(const Schedule::Tick& tick) {
  Counters& counters = recorder_->counters();
  counters.ticks_asked += tick.missed;
  counters.ticks_missed += tick.missed;
  counters.ticks_late += tick.late;
  if (Status written = take_tick(tick.now_nanos); !written) return written;
  progress_.update(counters, tick.now_nanos - first_tick_nanos_, options_.duration_seconds,
                   tree_->thread_count());
  if (!governor_->is_due(tick.now_nanos)) return Nothing{};
  recorder_->measure_agent();
  const auto rate = governor_->look(counters, tick.now_nanos);
  if (!rate) return Nothing{};
  progress_.note(governor_->reason());
  schedule_->set_rate(*rate, tick.now_nanos);
  return recorder_->set_rate(*rate, governor_->reason());
}

// Ctrl-Z: with no thread stopped.
void Recording::suspend_if_asked() {
  if (!host_.take_suspend_request()) return;
  if (stopper_->has_late()) stopper_->release_late(monotonic_nanos() + kLateStopNanos);
  ::raise(SIGSTOP);
}

int Recording::follow() {
  // Of all processes there need never be one.
  if (options_.all && options_.duration_seconds > 0) {
    end_nanos_ = monotonic_nanos() + nanos_of_seconds(options_.duration_seconds);
  }
  begin(monotonic_nanos());
  for (;;) {
    uint64_t now = monotonic_nanos();
    const uint64_t limit =
        std::min({end_nanos_, tree_->next_look_nanos(), host_.latest_wake_nanos(now)});
    Schedule::Tick due;
    if (schedule_) {
      if (stopper_->has_late()) stopper_->release_late(std::min(limit, schedule_->next_nanos()));
      due = schedule_->wait(limit);
      now = due.now_nanos;
    } else {
      sleep_until(limit);
      now = monotonic_nanos();
    }
    suspend_if_asked();
    if (host_.is_asked_to_stop()) {
      const char* why = schedule_ ? "interrupted" : "interrupted before Python ran";
      return finish(fields::kEndInterrupted, why, Nothing{});
    }
    if (now >= end_nanos_) return finish(fields::kEndDuration, "done", Nothing{});
    if (now >= tree_->next_look_nanos()) {
      tree_->look(*recorder_, now);
      const bool samples = schedule_ || begin(now);
      if (Status written = samples ? Nothing{} : recorder_->pass_time(now); !written) {
        return finish(fields::kEndOutputFailed, "the output failed", written);
      }
    }
    if (due.due) {
      if (Status written = tick(due); !written) {
        return finish(fields::kEndOutputFailed, "the output failed", written);
      }
      if (const char* limit_text = reached_limit()) {
        return finish(fields::kEndLimit, limit_text, Nothing{});
      }
    }
    if (writer_->ring()) write_ring_if_asked(now);
    if (tree_->is_empty() && !options_.all) {
      tree_->look(*recorder_, monotonic_nanos());  // at what began just before the last one ended
      if (tree_->is_empty()) return end_with_targets();
    }
  }
}

// False where the recording has to end before.
bool Recording::wait_until(uint64_t nanos) {
  for (;;) {
    suspend_if_asked();
    const uint64_t now = monotonic_nanos();
    tree_->look(*recorder_, now);
    if (host_.is_asked_to_stop() || (tree_->is_empty() && !options_.all)) return false;
    if (now >= nanos && tree_->has_looked_at_all()) return true;
    const uint64_t until =
        std::min({std::max(nanos, now), tree_->next_look_nanos(), host_.latest_wake_nanos(now)});
    if (stopper_->has_late()) stopper_->release_late(until);
    sleep_until(until);
  }
}

// Moments at a distance, each written at once.
int Recording::take_snapshots() {
  uint64_t next = monotonic_nanos();
  for (uint32_t taken = 0; taken < options_.snapshot_count; ++taken) {
    if (!wait_until(next)) {
      if (host_.is_asked_to_stop())
        return finish(fields::kEndInterrupted, "interrupted", Nothing{});
      return end_with_targets();
    }
    const uint64_t now = monotonic_nanos();
    if (first_tick_nanos_ == 0) first_tick_nanos_ = now;
    if (Status written = take_tick(now); !written) {
      return finish(fields::kEndOutputFailed, "the output failed", written);
    }
    next += nanos_of_seconds(options_.snapshot_seconds);
  }
  return finish(fields::kEndDuration, "done", Nothing{});
}

// All that was recorded has ended.
int Recording::end_with_targets() {
  const std::optional<Error>& refusal = tree_->refusal();
  const char* why = schedule_ ? (tree_->seen() > 1 ? "all processes ended" : "the process ended")
                    : refusal ? "the program ended"
                              : "the program ended before Python ran in it";
  const int code = finish(fields::kEndTargetExited, why, Nothing{});
  return code == kExitOk && !schedule_ && refusal ? fail(*refusal, launched_->pid()) : code;
}

// What the ring holds is worth a file of its own when somebody asks for it, or something crashed,
// and the recording goes on.
void Recording::write_ring_if_asked(uint64_t now_nanos) {
  const std::optional<ProcessTree::Crash> crash = tree_->take_crash();
  std::string why = host_.take_write_request() ? "asked for by SIGUSR1" : "";
  if (crash && !tree_->is_empty() && now_nanos >= next_crash_nanos_) {
    why = "process " + std::to_string(crash->pid) + " was ended by signal " +
          std::to_string(crash->signal);
    // Before, most of it would be what the last file has.
    next_crash_nanos_ = now_nanos + nanos_of_seconds(options_.ring_seconds);
  }
  if (why.empty() || output_ == "-") return;
  const std::string path = numbered(output_, ++rings_written_);
  Result<Sink> sink = open_sink(path);
  const Status written = sink ? recorder_->write_ring(*sink, why, now_nanos) : sink.error();
  progress_.note(why + ": " + (written ? "wrote " + path : written.error().message));
}

// Why the recording has to end; null while it has not.
const char* Recording::reached_limit() {
  if (options_.max_size_bytes != 0 && !writer_->ring() &&
      recorder_->bytes_written() >= options_.max_size_bytes) {
    return "--max-size was reached";
  }
  if (options_.max_memory_bytes != 0 &&
      recorder_->counters().agent_rss_bytes >= options_.max_memory_bytes) {
    return "--max-memory was reached";
  }
  return nullptr;
}

int Recording::finish(uint32_t reason, const char* why, Status written) {
  const uint64_t now = monotonic_nanos();
  if (written) written = recorder_->finish(reason, why, now);
  const uint64_t elapsed = first_tick_nanos_ == 0 ? 0 : now - first_tick_nanos_;
  progress_.finished(recorder_->counters(), elapsed, why, output_, writer_->bytes_written());
  if (written) return kExitOk;
  host_.tell_error(written.error().message, "What was recorded before is in the file, and opens.");
  return exit_code(written.error());
}

}  // namespace pyspy
