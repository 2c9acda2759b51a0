// SPDX-License-Identifier: MIT
//
// How the stacks of a process are read at one tick. First all that may have moved, by one system
// call, together with what tells whether the thread lists are still the same and who holds the
// GIL; then those that had moved once more; then, if that is allowed, those that moved again while
// they are stopped.
#include <algorithm>

#include "base/clock.h"
#include "sampler/target.h"

namespace pyspy {
namespace {

// Thread lists that change at each look: a process that only starts threads is given up for a tick.
constexpr int kMaxListReads = 4;
// Further reads of a stack that was not where it was expected, or moved.
constexpr int kMaxRereads = 5;
constexpr int kMaxMoves = 2;
// Reads of a stopped thread: its chunks may have to be found first.
constexpr int kMaxStoppedReads = 4;
// Waiting for stops must not eat up the ticks of the other threads.
constexpr uint64_t kStopBudgetNanos = 4'000'000;

}  // namespace

// Asks the kernel about each thread, and finds those that have not run since their stack was read.
// False where one has ended.
bool Target::probe_threads() {
  bool all = true;
  for (SampledThread& thread : threads_) {
    if (!thread.probe.read(thread.status)) all = false;
    const ThreadStatus& status = thread.status;
    thread.unchanged = thread.accepted && status.known && status.cpu_known && !status.runnable &&
                       status.cpu_nanos == thread.accepted_cpu_nanos;
    thread.pending = !thread.unchanged;
    thread.planned = thread.pending && (strategy_ != Strategy::kBlocking || !status.runnable);
    thread.failed = thread.stopped = false;
    thread.moves = 0;
  }
  return all;
}

// What is read beside the stacks: the heads of the thread lists, the links of threads that are not
// read, and the states of the GILs.
void Target::plan_links() {
  const Layout& layout = runtime_.layout;
  for (Interpreter& interpreter : interpreters_) {
    const Address interp = interpreter.address.interp;
    interpreter.link_offset = plan_.add(interp + layout.interp_threads_head, sizeof(Address));
    interpreter.gc_offset = plan_.add(interp + layout.interp_gc_collecting, sizeof(int32_t));
    interpreter.gil_offset = plan_.size();
    interpreter.gil.known = interpreter.address.gil != 0;
    if (interpreter.gil.known) {
      plan_.add(interpreter.address.gil, static_cast<size_t>(layout.gil_locked) + 8);
    }
  }
  for (SampledThread& thread : threads_) {
    if (thread.planned) continue;
    thread.link_offset = plan_.add(thread.address.tstate + layout.tstate_next, sizeof(Address));
  }
}

void Target::read_gil_states() {
  for (Interpreter& interpreter : interpreters_) {
    GilState& gil = interpreter.gil;
    gil.collecting = load<int32_t>(plan_.at(interpreter.gc_offset)) != 0;
    if (!gil.known) continue;
    const uint8_t* bytes = plan_.at(interpreter.gil_offset);
    gil.holder = load<Address>(bytes + runtime_.layout.gil_last_holder);
    gil.locked = load<int32_t>(bytes + runtime_.layout.gil_locked) > 0;
  }
}

// True when the target's thread lists still are those of `threads_`.
bool Target::links_hold() const {
  size_t at = 0;
  for (const Interpreter& interpreter : interpreters_) {
    Address next = load<Address>(plan_.at(interpreter.link_offset));
    for (; at < threads_.size() && threads_[at].address.interp == interpreter.address.interp; ++at) {
      const SampledThread& thread = threads_[at];
      if (thread.address.tstate != next) return false;
      next = thread.planned ? thread.reader.next_thread()
                            : load<Address>(plan_.at(thread.link_offset));
    }
    if (next != 0) return false;
  }
  return at == threads_.size();
}

void Target::evaluate(SampledThread& thread, bool stopped) {
  const StackReader::Outcome outcome = thread.reader.evaluate(memory_, plan_, stopped);
  thread.accepted = outcome == StackReader::Outcome::kAccepted;
  thread.failed = outcome == StackReader::Outcome::kFailed;
  thread.moves += outcome == StackReader::Outcome::kMoved;
  thread.accepted_cpu_nanos = thread.status.cpu_nanos;
  thread.pending = !thread.accepted;
}

// Reads what is planned of each thread into plan_, behind what is there already.
bool Target::read_pending() {
  for (SampledThread& thread : threads_) {
    if (thread.planned) thread.reader.add_to(plan_);
  }
  if (!memory_.read(plan_)) return false;
  for (SampledThread& thread : threads_) {
    if (thread.planned) evaluate(thread, false);
  }
  return true;
}

// The first read. Where the thread lists have changed, or memory is gone, they are walked anew.
bool Target::read_lists_and_stacks(Counters& counters) {
  for (int attempt = 0; attempt < kMaxListReads; ++attempt) {
    plan_.clear();
    plan_links();
    const bool readable = read_pending();
    if (readable) read_gil_states();
    if (readable && links_hold()) return true;
    ++counters.retries;
    if (!refresh_threads()) return false;
    for (SampledThread& thread : threads_) {
      if (!readable) thread.reader.forget();
      thread.accepted = false;
    }
    probe_threads();
  }
  return false;
}

void Target::retry_moved(Counters& counters) {
  for (int attempt = 0; attempt < kMaxRereads; ++attempt) {
    bool any = false;
    for (SampledThread& thread : threads_) {
      thread.planned = thread.planned && thread.pending && thread.moves < kMaxMoves;
      counters.retries += thread.planned;
      any |= thread.planned;
    }
    if (!any) return;
    plan_.clear();
    if (read_pending()) continue;
    for (SampledThread& thread : threads_) {
      if (thread.planned) thread.reader.forget();
    }
  }
}

void Target::read_stopped(SampledThread& thread) {
  for (int attempt = 0; attempt < kMaxStoppedReads && thread.pending; ++attempt) {
    plan_.clear();
    thread.reader.add_to(plan_);
    if (memory_.read(plan_)) {
      evaluate(thread, true);
    } else {
      thread.reader.forget();
    }
  }
}

// Stops the threads that could not be read while they ran, one after the other.
void Target::stop_and_read(Counters& counters) {
  const uint64_t start = monotonic_nanos();
  for (SampledThread& thread : threads_) {
    if (!thread.pending || thread.track.tid == 0) continue;
    // A blocked thread does not move, and to stop it would interrupt its system call.
    ThreadStatus now;
    if (!thread.probe.read(now) || !now.runnable) {
      read_stopped(thread);
      continue;
    }
    if (monotonic_nanos() - start > kStopBudgetNanos) return;
    const ThreadStopper::Outcome outcome = stopper_.stop(thread.track.tid);
    counters.stops_timed_out += outcome == ThreadStopper::Outcome::kLate;
    if (outcome != ThreadStopper::Outcome::kStopped) continue;
    read_stopped(thread);
    counters.pause_nanos.add(stopper_.release());
    ++counters.stops;
    thread.stopped = true;
  }
}

bool Target::read_stacks(Counters& counters) {
  if (!read_lists_and_stacks(counters)) return false;
  retry_moved(counters);
  if (strategy_ != Strategy::kNonblocking) stop_and_read(counters);
  return true;
}

}  // namespace pyspy
