// SPDX-License-Identifier: MIT
#include "agent/recording.h"

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>

#include "agent/default_output.h"
#include "agent/diagnostics.h"
#include "agent/header.h"
#include "agent/launcher.h"
#include "agent/progress.h"
#include "agent/signals.h"
#include "base/clock.h"
#include "sampler/governor.h"
#include "sampler/process_tree.h"
#include "sampler/schedule.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

// How long to wait for late stops before looking whether the program has ended.
constexpr uint64_t kLateStopNanos = 100'000'000;
// A process that is asked for by its id may just be starting.
constexpr uint64_t kStartNanos = 2 * kNanosPerSecond;
constexpr uint64_t kStartLookNanos = 1'000'000;
// Who reads a stream wants to see it.
constexpr uint64_t kStreamNanos = 250'000'000;
// How long a reader that does not read may keep the end of a recording from coming.
constexpr uint64_t kPatienceNanos = 2 * kNanosPerSecond;
// What a ring may grow to without --max-size, and into how many chunks it is cut at least.
constexpr uint64_t kMostRingBytes = 256U << 20U;
constexpr uint64_t kRingChunks = 10;
constexpr uint64_t kNever = std::numeric_limits<uint64_t>::max();

uint64_t to_nanos(double seconds) {
  return static_cast<uint64_t>(seconds * double{kNanosPerSecond});
}

// "run.pspy" to "run-1.pspy".
std::string numbered(const std::string& path, int number) {
  const size_t dot = path.rfind('.');
  const bool has_ending = dot != std::string::npos && path.find('/', dot) == std::string::npos;
  const size_t at = has_ending && dot > 0 ? dot : path.size();
  return path.substr(0, at) + "-" + std::to_string(number) + path.substr(at);
}

// One recording, from attaching to the footer.
class Recording {
 public:
  explicit Recording(const CaptureOptions& options)
      : options_(options),
        progress_(options.quiet, options.program.empty() && ::isatty(STDERR_FILENO) == 1) {}

  int run() {
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

 private:
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
  catch_suspension();
  const pid_t launched = launched_ ? launched_->pid() : 0;
  stopper_.emplace(launched);
  const auto variables =
      options_.locals ? std::optional(options_.value_limits) : std::optional<ValueLimits>();
  NativeFiles* native_files = options_.native ? &native_files_ : nullptr;
  tree_.emplace(TreeOptions{options_.subprocesses, options_.all, launched},
                Access{options_.strategy, &*stopper_, native_files, variables});
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

// While the reader of a stream is slow. Ticks that pass meanwhile are missed; but no thread may
// stand for as long, and an end that was asked for comes.
bool Recording::goes_on_waiting() {
  const uint64_t now = monotonic_nanos();
  if (stopper_ && stopper_->has_late()) stopper_->release_late(now);
  if (stop_signal() == 0) return true;
  if (patience_end_nanos_ == 0) patience_end_nanos_ = now + kPatienceNanos;
  return now < patience_end_nanos_;
}

Result<Sink> Recording::open_sink(const std::string& path) {
  if (path == "-") {
    Sink sink = Sink::standard_output();
    sink.set_while_waiting([this] { return goes_on_waiting(); });
    return sink;
  }
  Result<Sink> sink = Sink::create_file(path, options_.force);
  const std::optional<SudoUser> user = SudoUser::find();
  if (sink && user) sink->give_to(user->uid, user->gid);
  return sink;
}

Status Recording::open_output(const std::vector<std::string>& command, pid_t pid) {
  output_ = options_.output.empty() ? default_output(command, pid) : options_.output;
  Result<Sink> sink = open_sink(output_);
  if (!sink) return sink.error();
  writer_.emplace(std::move(*sink));
  header_ = make_header(options_, &zero_nanos_);
  uint64_t chunk_nanos = Recorder::kChunkNanos;
  if (options_.ring_seconds > 0) {
    const uint64_t ring_nanos = to_nanos(options_.ring_seconds);
    writer_->keep_in(ChunkRing(
        ring_nanos, options_.max_size_bytes != 0 ? options_.max_size_bytes : kMostRingBytes));
    chunk_nanos = std::clamp(ring_nanos / kRingChunks, kNanosPerSecond, chunk_nanos);
  }
  const bool streams = output_ == "-";
  // Native frames are named at the end of a chunk.
  if (streams && options_.native) chunk_nanos = kStreamNanos;
  if (options_.snapshot) chunk_nanos = 0;
  recorder_.emplace(*writer_, zero_nanos_, options_.rate_hertz, chunk_nanos);
  recorder_->set_privacy(options_.privacy);
  if (streams) recorder_->set_flush_nanos(kStreamNanos);
  if (options_.snapshot) recorder_->set_flush_nanos(0);
  return Nothing{};
}

// Only then is an older capture of that name gone.
Status Recording::write_header() { return writer_->write_header(header_); }

// Waits for a Python that is just starting. What is no Python may still come to start one.
Status Recording::add_root(pid_t pid) {
  const uint64_t deadline = monotonic_nanos() + kStartNanos;
  Result<FollowedProcess*> root = tree_->add_root(pid);
  if (!root) return root.error();
  for (;;) {
    const uint64_t now = monotonic_nanos();
    Status attached = (*root)->attach(nullptr, Effort::kScan, now);
    if (attached) return attached;
    const ErrorCode code = attached.error().code;
    if (code == ErrorCode::kNotPython && options_.subprocesses) return Nothing{};
    if (code != ErrorCode::kNotReady || stop_signal() != 0 || now > deadline) {
      tree_->remove(pid);
      return attached;
    }
    sleep_until(now + kStartLookNanos);
  }
}

int Recording::record_processes() {
  prepare();
  if (options_.ring_seconds > 0) catch_write_signal();
  // With several, those that cannot be recorded are told, and the others are recorded.
  std::optional<int> failure;
  for (const pid_t pid : options_.pids) {
    if (Status added = add_root(pid); !added) failure = fail(added.error(), pid);
  }
  if (failure && tree_->is_empty()) return *failure;
  tree_->add_present();
  const std::vector<FollowedProcess*> roots = tree_->processes();
  const bool is_one = roots.size() == 1;
  const pid_t pid = is_one ? roots[0]->pid() : 0;
  const std::vector<std::string> name = {options_.all ? "all" : "processes"};
  Status opened = open_output(is_one ? roots[0]->track().info.command : name, pid);
  if (opened) opened = write_header();
  if (!opened) return fail(opened.error(), pid);
  return options_.snapshot ? take_snapshots() : follow();
}

int Recording::record_program() {
  // Before the program runs, so that it does not run in vain; but what would be replaced is kept
  // until it runs.
  Status opened = open_output(options_.program, 0);
  if (opened && !writer_->replaces()) opened = write_header();
  if (!opened) {
    fail(opened.error(), 0);
    return kExitLaunchFailure;
  }
  // Orphans of the program come to us, so that they are not lost.
  if (options_.subprocesses) ::prctl(PR_SET_CHILD_SUBREAPER, 1UL);
  const Launch launch = {options_.program, options_.as_root ? std::nullopt : SudoUser::find(),
                         output_ != "-"};
  int exec_error = 0;
  Result<LaunchedProgram> launched = LaunchedProgram::start(launch, exec_error);
  if (!launched) {
    print_error(launched.error().message, "Give a program on PATH, or its path.");
    if (exec_error == 0) return kExitLaunchFailure;
    return exec_error == ENOENT ? kExitNotFound : kExitNotExecutable;
  }
  launched_ = std::move(*launched);
  forward_signals_to(launched_->pid());
  if (writer_->ring()) catch_write_signal();
  prepare();
  if (Status written = writer_->replaces() ? write_header() : Nothing{}; !written) {
    return finish(fields::kEndOutputFailed, "the output failed", written);
  }
  if (Result<FollowedProcess*> root = tree_->add_root(launched_->pid()); !root) {
    return finish(fields::kEndTargetExited, "the program ended before Python ran in it", Nothing{});
  }
  tree_->add_present();
  return follow();
}

// Starts sampling, as soon as there is a Python to sample.
bool Recording::begin(uint64_t now_nanos) {
  for (FollowedProcess* process : tree_->processes()) {
    if (!process->is_python()) continue;
    progress_.started(process->track(), options_.rate_hertz, options_.duration_seconds);
    first_tick_nanos_ = now_nanos;
    if (options_.duration_seconds > 0 && end_nanos_ == kNever) {
      end_nanos_ = now_nanos + to_nanos(options_.duration_seconds);
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
  if (!take_suspend_request()) return;
  if (stopper_->has_late()) stopper_->release_late(monotonic_nanos() + kLateStopNanos);
  ::raise(SIGSTOP);
}

int Recording::follow() {
  // Of all processes there need never be one.
  if (options_.all && options_.duration_seconds > 0) {
    end_nanos_ = monotonic_nanos() + to_nanos(options_.duration_seconds);
  }
  begin(monotonic_nanos());
  for (;;) {
    uint64_t now = monotonic_nanos();
    uint64_t limit = std::min(end_nanos_, tree_->next_look_nanos());
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
    if (stop_signal() != 0) {
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
    if (tree_->is_empty() && !options_.all) return end_with_targets();
  }
}

// False where the recording has to end before.
bool Recording::wait_until(uint64_t nanos) {
  for (;;) {
    suspend_if_asked();
    const uint64_t now = monotonic_nanos();
    tree_->look(*recorder_, now);
    if (stop_signal() != 0 || (tree_->is_empty() && !options_.all)) return false;
    if (now >= nanos && tree_->has_looked_at_all()) return true;
    const uint64_t until = std::min(std::max(nanos, now), tree_->next_look_nanos());
    if (stopper_->has_late()) stopper_->release_late(until);
    sleep_until(until);
  }
}

// Moments at a distance, each written at once.
int Recording::take_snapshots() {
  uint64_t next = monotonic_nanos();
  for (uint32_t taken = 0; taken < options_.snapshot_count; ++taken) {
    if (!wait_until(next)) {
      if (stop_signal() != 0) return finish(fields::kEndInterrupted, "interrupted", Nothing{});
      return end_with_targets();
    }
    const uint64_t now = monotonic_nanos();
    if (first_tick_nanos_ == 0) first_tick_nanos_ = now;
    if (Status written = take_tick(now); !written) {
      return finish(fields::kEndOutputFailed, "the output failed", written);
    }
    next += to_nanos(options_.snapshot_seconds);
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
  std::string why = take_write_request() ? "asked for by SIGUSR1" : "";
  if (crash && !tree_->is_empty() && now_nanos >= next_crash_nanos_) {
    why = "process " + std::to_string(crash->pid) + " was ended by signal " +
          std::to_string(crash->signal);
    // Before, most of it would be what the last file has.
    next_crash_nanos_ = now_nanos + to_nanos(options_.ring_seconds);
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
  print_error(written.error().message, "What was recorded before is in the file, and opens.");
  return exit_code(written.error());
}

}  // namespace

int run_recording(const CaptureOptions& options) {
  catch_signals();
  return Recording(options).run();
}

}  // namespace pyspy
