// SPDX-License-Identifier: MIT
#include "agent/recording.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <limits>
#include <memory>
#include <optional>

#include "agent/diagnostics.h"
#include "agent/header.h"
#include "agent/launcher.h"
#include "agent/progress.h"
#include "agent/signals.h"
#include "base/clock.h"
#include "sampler/governor.h"
#include "sampler/redaction.h"
#include "sampler/schedule.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

// How often a launched program is looked at until Python runs in it: at first, and in the end.
constexpr uint64_t kLookNanos = 1'000'000;
constexpr uint64_t kLongestLookNanos = 50'000'000;
// How long to wait for late stops before looking whether the program has ended.
constexpr uint64_t kLateStopNanos = 100'000'000;
// A process that is asked for by its id may just be starting.
constexpr uint64_t kStartNanos = 2 * kNanosPerSecond;

void sleep_nanos(uint64_t nanos) {
  const timespec time = {static_cast<time_t>(nanos / kNanosPerSecond),
                         static_cast<long>(nanos % kNanosPerSecond)};
  ::nanosleep(&time, nullptr);
}

// "app-20261122-140102Z.pspy"
std::string default_output(const std::vector<std::string>& command, pid_t pid) {
  const std::vector<std::string> shown = redacted_command(command);
  std::string name = shown.empty() || shown.back() == "-c" ? std::to_string(pid) : shown.back();
  name = name.substr(name.rfind('/') + 1);
  if (name.ends_with(".py")) name.resize(name.size() - 3);
  // In UTC, by <chrono>: localtime(3) would bring time zone files, and 100 KB of C library.
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto today = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day day(today);
  const std::chrono::hh_mm_ss time(now - today);
  char date[64];
  std::snprintf(date, sizeof date, "-%04d%02u%02u-%02d%02d%02dZ.pspy", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return name + date;
}

// One recording, from attaching to the footer.
class Recording {
 public:
  explicit Recording(const CaptureOptions& options)
      : options_(options),
        progress_(options.quiet, !options.pid ? false : ::isatty(STDERR_FILENO) == 1) {}

  int run() {
    const int code = options_.pid ? record_process(*options_.pid) : record_program();
    if (!launched_) return code;
    // A thread whose stop is still to come would stand for ever if nobody saw it.
    while (stopper_ && stopper_->has_late() && !launched_->has_ended()) {
      stopper_->release_late(monotonic_nanos() + kLateStopNanos);
    }
    launched_->wait();
    return code == kExitOk ? launched_->exit_status() : kExitLaunchFailure;
  }

 private:
  int record_process(pid_t pid);
  int record_program();
  int fail(const Error& error, pid_t pid);
  Result<std::unique_ptr<Target>> attach(pid_t pid);
  Status open_output(const std::vector<std::string>& command, pid_t pid);
  void prepare();
  int sample(std::unique_ptr<Target> target);
  bool has_ended(Target& target);
  const char* reached_limit();
  int finish(uint32_t reason, const char* why, Status written);

  const CaptureOptions& options_;
  Progress progress_;
  std::optional<LaunchedProgram> launched_;
  std::optional<ThreadStopper> stopper_;
  std::string output_;
  uint64_t zero_nanos_ = 0;
  std::optional<CaptureWriter> writer_;
  std::optional<Recorder> recorder_;
  uint64_t first_tick_nanos_ = 0;
};

int Recording::fail(const Error& error, pid_t pid) {
  const bool about_target = error.code != ErrorCode::kOutput && error.code != ErrorCode::kUsage &&
                            error.code != ErrorCode::kNoSuchProcess;
  const std::string subject =
      about_target ? "process " + std::to_string(pid) + " cannot be recorded: " : "";
  print_error(subject + error.message, advice(error, pid));
  return exit_code(error);
}

// Tools, timing and limits of the agent itself; after a program was launched, which would inherit
// them.
void Recording::prepare() {
  stopper_.emplace(launched_ ? launched_->pid() : 0);
  ::prctl(PR_SET_TIMERSLACK, 1UL);  // wake up when asked to, not up to 50 us later
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;  // two files stay open per thread
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  if (!options_.realtime) return;
  const sched_param priority = {.sched_priority = 1};
  if (::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &priority) != 0) {
    progress_.note(std::string("--realtime: ") + std::strerror(errno) +
                   "; run as root, or with the capability SYS_NICE");
  }
}

Status Recording::open_output(const std::vector<std::string>& command, pid_t pid) {
  output_ = options_.output.empty() ? default_output(command, pid) : options_.output;
  Result<Sink> sink = output_ == "-" ? Result<Sink>(Sink::standard_output())
                                     : Sink::create_file(output_, options_.force);
  if (!sink) return sink.error();
  writer_.emplace(std::move(*sink));
  const ProtoBuffer header = make_header(options_, &zero_nanos_);
  recorder_.emplace(*writer_, zero_nanos_, options_.rate_hertz);
  return writer_->write_header(header);
}

Result<std::unique_ptr<Target>> Recording::attach(pid_t pid) {
  const uint64_t deadline = monotonic_nanos() + kStartNanos;
  for (;;) {
    Result<std::unique_ptr<Target>> target = Target::attach(pid, options_.strategy, *stopper_);
    const bool may_come = !target && target.error().code == ErrorCode::kNotReady;
    if (!may_come || stop_signal() != 0 || monotonic_nanos() > deadline) return target;
    sleep_nanos(kLookNanos);
  }
}

int Recording::record_process(pid_t pid) {
  prepare();
  Result<std::unique_ptr<Target>> target = attach(pid);
  if (!target) return fail(target.error(), pid);
  if (Status opened = open_output((*target)->process().info.command, pid); !opened) {
    return fail(opened.error(), pid);
  }
  return sample(std::move(*target));
}

int Recording::record_program() {
  // Before the program runs, so that it does not run in vain.
  if (Status opened = open_output(options_.program, 0); !opened) {
    fail(opened.error(), 0);
    return kExitLaunchFailure;
  }
  int exec_error = 0;
  Result<LaunchedProgram> launched = LaunchedProgram::start(options_.program, exec_error);
  if (!launched) {
    print_error(launched.error().message, "Give a program on PATH, or its path.");
    if (exec_error == 0) return kExitLaunchFailure;
    return exec_error == ENOENT ? kExitNotFound : kExitNotExecutable;
  }
  launched_ = std::move(*launched);
  const pid_t pid = launched_->pid();
  forward_signals_to(pid);
  prepare();
  // A Python that cannot be recorded; it may still become another program.
  std::optional<Error> unsupported;
  uint64_t wait = kLookNanos;
  for (;;) {
    Result<std::unique_ptr<Target>> target = Target::attach(pid, options_.strategy, *stopper_);
    if (target) return sample(std::move(*target));
    const Error& error = target.error();
    if (error.code == ErrorCode::kPermission) return fail(error, pid);
    if (launched_->has_ended()) {
      const char* why =
          unsupported ? "the program ended" : "the program ended before Python ran in it";
      const int code = finish(fields::kEndTargetExited, why, Nothing{});
      return code == kExitOk && unsupported ? fail(*unsupported, pid) : code;
    }
    if (stop_signal() != 0) {
      return finish(fields::kEndInterrupted, "interrupted before Python ran", Nothing{});
    }
    if (error.code == ErrorCode::kUnsupported && !unsupported) {
      progress_.note("not recorded: " + error.message);
      unsupported = error;
    }
    sleep_nanos(wait);
    // What is something else after a while may be so for hours: less and less often.
    const bool is_else =
        error.code == ErrorCode::kNotPython || error.code == ErrorCode::kUnsupported;
    wait = is_else ? std::min(wait + wait / 8, kLongestLookNanos) : kLookNanos;
  }
}

bool Recording::has_ended(Target& target) {
  if (launched_) return launched_->has_ended();
  const ProcessInfo& info = target.process().info;
  return !is_alive(info.pid, info.start_boot_nanos);
}

int Recording::sample(std::unique_ptr<Target> target) {
  progress_.started(target->process(), options_.rate_hertz, options_.duration_seconds);
  const pid_t pid = target->process().info.pid;
  first_tick_nanos_ = monotonic_nanos();
  const uint64_t end = options_.duration_seconds > 0
                           ? first_tick_nanos_ + static_cast<uint64_t>(options_.duration_seconds *
                                                                       double{kNanosPerSecond})
                           : std::numeric_limits<uint64_t>::max();
  recorder_->add_process_started(target->process(), first_tick_nanos_);
  Schedule schedule(options_.rate_hertz, first_tick_nanos_);
  Governor governor(options_.rate_hertz, options_.max_cpu_percent, first_tick_nanos_);
  Counters& counters = recorder_->counters();
  for (;;) {
    if (stopper_->has_late()) stopper_->release_late(std::min(end, schedule.next_nanos()));
    const Schedule::Tick tick = schedule.wait(end);
    if (stop_signal() != 0) return finish(fields::kEndInterrupted, "interrupted", Nothing{});
    if (tick.interrupted) continue;
    if (tick.now_nanos >= end) return finish(fields::kEndDuration, "done", Nothing{});
    counters.ticks_asked += tick.missed + 1;
    counters.ticks_missed += tick.missed;
    counters.ticks_late += tick.late;
    recorder_->begin_tick(tick.now_nanos);
    if (!target->sample(*recorder_)) {
      if (has_ended(*target)) {
        const int status = launched_ ? launched_->wait_status() : 0;
        recorder_->add_process_exited(target->process(), tick.now_nanos,
                                      launched_ ? &status : nullptr);
        return finish(fields::kEndTargetExited, "the process ended", Nothing{});
      }
      // Still there: it is ending, or has become another program.
      ++counters.samples_failed;
      if (Result<std::unique_ptr<Target>> again =
              Target::attach(pid, options_.strategy, *stopper_)) {
        const uint32_t exec_count = target->process().exec_count;
        target = std::move(*again);
        target->process().exec_count = exec_count + 1;
        recorder_->add_process_executed(target->process(), tick.now_nanos);
      }
    }
    if (Status written = recorder_->end_tick(); !written) {
      return finish(fields::kEndOutputFailed, "the output failed", written);
    }
    if (governor.is_due(tick.now_nanos)) {
      recorder_->measure_agent();
      if (const auto rate = governor.look(counters, tick.now_nanos)) {
        progress_.note(governor.reason());
        Status written = recorder_->set_rate(*rate, governor.reason());
        if (!written) return finish(fields::kEndOutputFailed, "the output failed", written);
        schedule.set_rate(*rate, tick.now_nanos);
      }
      if (const char* limit = reached_limit()) return finish(fields::kEndLimit, limit, Nothing{});
    }
    progress_.update(counters, tick.now_nanos - first_tick_nanos_, options_.duration_seconds,
                     target->thread_count());
  }
}

// Why the recording has to end; null while it has not.
const char* Recording::reached_limit() {
  if (options_.max_size_bytes != 0 && recorder_->bytes_written() >= options_.max_size_bytes) {
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
  print_error(written.error().message, "What was recorded before is in the file, and opens.");
  return exit_code(written.error());
}

}  // namespace

int run_recording(const CaptureOptions& options) {
  catch_signals();
  return Recording(options).run();
}

}  // namespace pyspy
