// SPDX-License-Identifier: MIT
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "agent/default_output.h"
#include "agent/diagnostics.h"
#include "agent/header.h"
#include "agent/recording.h"
#include "agent/signals.h"
#include "base/clock.h"
#include "wire/pspy_fields.h"

// How a recording begins: what is recorded, and where it goes.

namespace pyspy {
namespace {

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

}  // namespace

Recording::Recording(const CaptureOptions& options, RecordingHost& host)
    : options_(options),
      host_(host),
      progress_(options.quiet, options.program.empty() && ::isatty(STDERR_FILENO) == 1) {}

// Tools and timing of the agent itself; after a program was launched, which would inherit
// them.
void Recording::prepare() {
  host_.prepare_process();
  const pid_t launched = launched_ ? launched_->pid() : 0;
  stopper_.emplace(launched, host_.owns_process() ? StopNews::kBySignal : StopNews::kByLooking);
  const auto variables =
      options_.locals ? std::optional(options_.value_limits) : std::optional<ValueLimits>();
  NativeFiles* native_files = options_.native ? &native_files_ : nullptr;
  tree_.emplace(
      TreeOptions{options_.subprocesses, options_.all, launched},
      Access{options_.strategy, &*stopper_, native_files, variables, !host_.owns_process()});
  ::prctl(PR_SET_TIMERSLACK, 1UL);  // wake up when asked to, not up to 50 us later
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
  if (!host_.is_asked_to_stop()) return true;
  if (patience_end_nanos_ == 0) patience_end_nanos_ = now + kPatienceNanos;
  return now < patience_end_nanos_;
}

Result<Sink> Recording::open_sink(const std::string& path) {
  Result<Sink> sink = host_.open_sink(path, options_.force);
  if (sink) sink->set_while_waiting([this] { return goes_on_waiting(); });
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
    const uint64_t ring_nanos = nanos_of_seconds(options_.ring_seconds);
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
    if (code != ErrorCode::kNotReady || host_.is_asked_to_stop() || now > deadline) {
      tree_->remove(pid);
      return attached;
    }
    sleep_until(now + kStartLookNanos);
  }
}

int Recording::record_processes() {
  prepare();
  if (options_.ring_seconds > 0) host_.accept_write_requests();
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
    host_.tell_error(launched.error().message, "Give a program on PATH, or its path.");
    if (exec_error == 0) return kExitLaunchFailure;
    return exec_error == ENOENT ? kExitNotFound : kExitNotExecutable;
  }
  launched_ = std::move(*launched);
  forward_signals_to(launched_->pid());
  if (writer_->ring()) host_.accept_write_requests();
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

}  // namespace pyspy
