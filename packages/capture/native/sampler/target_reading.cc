// SPDX-License-Identifier: MIT
//
// How the stacks of a process are read at one tick. First all that may have moved, by one system
// call, together with what tells whether the thread lists are still the same and who holds the
// GIL; then those that had moved once more; then, if that is allowed, those that moved again while
// they are stopped.
//
// What cannot have moved is not read:
//   * a thread that is blocked and has the CPU time that it had has not run;
//   * the GIL's switch number grows when another thread takes the GIL: while it stays the same,
//     only the last holder can have changed its Python stack, or a thread list; and where it has
//     grown by one, only the last holder and the one before.
// So the cost follows what the program does, not how many threads it has.
#include <algorithm>

#include "base/clock.h"
#include "base/flat_map.h"
#include "sampler/target.h"

namespace pyspy {
namespace {

// Thread lists that change at each look: a process that only starts threads is given up for a tick.
constexpr int kMaxListReads = 4;
// Further reads of a stack that was not where it was expected, or moved.
constexpr int kMaxRereads = 5;
constexpr int kMaxMoves = 2;
// Longer than a program needs that switches as fast as it can, so that reads do not keep time with
// it.
constexpr uint64_t kMostMomentNanos = 4096;
// Reads of one thread: its chunks may have to be found first.
constexpr int kMaxReadsAlone = 4;
// Reads of a thread until all of its code is known.
constexpr int kMaxNameReads = 3;
// Waiting for stops must not eat up the ticks of the other threads.
constexpr uint64_t kStopBudgetNanos = 4'000'000;
// A blocked thread is asked for at least this often whether it still is. Python code that it runs
// shows by the GIL's switches at once, where there are any; this is for what it does without.
constexpr uint64_t kProbeNanos = 10'000'000;
// Thread lists are walked to their ends at least this often.
constexpr uint64_t kVerifyNanos = 100'000'000;

void wait_for_a_moment() {
  const uint64_t start = monotonic_nanos();
  const uint64_t nanos = mix_bits(start) % kMostMomentNanos;
  while (monotonic_nanos() - start < nanos) {
  }
}

}  // namespace

// Asks the kernel about a thread. False where it has ended.
bool Target::probe(SampledThread& thread, uint64_t now_nanos) {
  if (thread.probed || thread.held) return true;
  const bool exists = thread.probe.read(thread.status);
  const ThreadStatus& status = thread.status;
  thread.probed = true;
  thread.next_probe_nanos = status.known && !status.runnable ? now_nanos + kProbeNanos : 0;
  thread.blocked = thread.accepted && status.known && status.cpu_known && !status.runnable &&
                   status.cpu_nanos == thread.accepted_cpu_nanos;
  return exists;
}

// Starts a tick. False where a thread has ended.
bool Target::probe_threads(uint64_t now_nanos) {
  bool all = true;
  for (SampledThread& thread : threads_) {
    thread.probed = thread.blocked = thread.unchanged = false;
    thread.pending = thread.planned = thread.failed = false;
    thread.stopped = thread.held;
    thread.moves = 0;
    const Interpreter& interpreter = interpreters_[thread.interpreter];
    const bool due = now_nanos >= thread.next_probe_nanos || !thread.accepted ||
                     interpreter.gil.holder.tstate == thread.address.tstate ||
                     !runtime_.layout.has_gil_switches() || native_ != nullptr;
    if (due && !probe(thread, now_nanos)) all = false;
  }
  return all;
}

// True while the GIL can be relied on to say who may have moved.
bool Target::may_trust_gil(uint64_t now_nanos) const {
  if (now_nanos - lists_verified_nanos_ > kVerifyNanos) return false;
  return std::all_of(interpreters_.begin(), interpreters_.end(), [](const Interpreter& one) {
    return one.address.gil != 0 && one.settled && one.quiet;
  });
}

// Without being stopped for it.
bool Target::may_be_read(const SampledThread& thread) const {
  return native_ == nullptr && (access_.strategy != Strategy::kBlocking || !thread.status.runnable);
}

// Decides who is read. With `trust_gil`: not those who can only have moved if the GIL has.
void Target::choose_threads(bool trust_gil) {
  for (SampledThread& thread : threads_) {
    const bool is_holder =
        interpreters_[thread.interpreter].gil.holder.tstate == thread.address.tstate;
    // Without the GIL a native stack moves all the same.
    const bool by_gil = trust_gil && native_ == nullptr;
    if (native_ != nullptr && !thread.native.settled) thread.blocked = false;
    thread.unchanged = thread.blocked || (by_gil && thread.accepted && !is_holder);
    thread.pending = !thread.unchanged;
    thread.planned = thread.pending && may_be_read(thread);
  }
}

// What is read beside the stacks: the heads of the thread lists and the states of the GILs.
void Target::plan_heads() {
  const Layout& layout = runtime_.layout;
  for (Interpreter& interpreter : interpreters_) {
    const Address interp = interpreter.address.interp;
    interpreter.head_offset = plan_.add(interp + layout.interp_threads_head, sizeof(Address));
    if (interpreter.address.collecting != 0) {
      interpreter.gc_offset = plan_.join(interpreter.address.collecting, sizeof(int32_t));
    }
    if (interpreter.address.gil == 0) continue;
    interpreter.gil_offset = plan_.join(interpreter.address.gil, layout.gil_read_size());
  }
}

void Target::plan_links() {
  for (SampledThread& thread : threads_) {
    if (thread.planned) continue;
    thread.link_offset =
        plan_.add(thread.address.tstate + runtime_.layout.tstate_next, sizeof(Address));
  }
}

// What is read once more after the stacks.
void Target::plan_tails() {
  const Layout& layout = runtime_.layout;
  for (Interpreter& interpreter : interpreters_) {
    const InterpreterAddress& at = interpreter.address;
    if (at.gil != 0 && layout.has_gil_switches()) {
      interpreter.gil_after_offset = plan_.add(at.gil + layout.gil_switch_number, sizeof(uint64_t));
    }
    if (layout.interp_code_generation != Layout::kAbsent) {
      interpreter.generation_offset =
          plan_.join(at.interp + layout.interp_code_generation, sizeof(uint64_t));
    }
  }
}

void Target::start_plan() {
  plan_.clear();
  code_.forget_expected();
}

// The code of the innermost frame has to be verified at each sample, since the frame may be new.
// Where it is that of the last sample no further read is needed for it.
void Target::plan_code() {
  if (!expects_code_) return;
  for (const SampledThread& thread : threads_) {
    if (thread.planned && !thread.track.stack.empty()) {
      code_.expect(plan_, thread.track.stack.back().code);
    }
  }
}

// What is read of a thread. One that ends may leave the place of its thread state to a new one
// while the kernel has not done with it. Then the ids in that place are other ones.
void Target::plan_thread(SampledThread& thread) {
  thread.reader.add_to(plan_);
  if (thread.unstarted) return;
  thread.python_id_offset =
      plan_.join(thread.address.tstate + runtime_.layout.tstate_thread_id, sizeof(uint64_t));
  const Address native = ids_.native_id_address(thread.address.tstate, thread.track.python_id);
  if (native != 0) thread.native_id_offset = plan_.join(native, sizeof(uint32_t));
}

bool Target::identities_hold() const {
  return std::all_of(threads_.begin(), threads_.end(), [&](const SampledThread& thread) {
    if (thread.python_id_offset == 0) return true;
    const ThreadTrack& track = thread.track;
    return load<uint64_t>(plan_.at(thread.python_id_offset)) == track.python_id &&
           (thread.native_id_offset == 0 ||
            load<uint32_t>(plan_.at(thread.native_id_offset)) == track.namespace_tid);
  });
}

// Takes over what was read of the GILs. True where no other thread has taken one since the last
// read, nor during this one.
bool Target::update_gil_states() {
  const Layout& layout = runtime_.layout;
  bool same = true;
  for (Interpreter& interpreter : interpreters_) {
    interpreter.collecting =
        interpreter.address.collecting != 0 && load<int32_t>(plan_.at(interpreter.gc_offset)) != 0;
    if (interpreter.address.gil == 0) continue;
    GilState& gil = interpreter.gil;
    const uint8_t* bytes = plan_.at(interpreter.gil_offset);
    if (layout.gil_enabled != Layout::kAbsent && load<int32_t>(bytes + layout.gil_enabled) == 0) {
      // A free-threaded interpreter uses it for moments, while it imports what may need it.
      interpreter.address.gil = 0;
      interpreter.settled = interpreter.quiet = interpreter.switched = same = false;
      continue;
    }
    gil.holder = gil_holder(layout, bytes);
    if (!layout.has_gil_switches()) {
      same = false;
      continue;
    }
    const auto before = load<uint64_t>(bytes + layout.gil_switch_number);
    const auto after = load<uint64_t>(plan_.at(interpreter.gil_after_offset));
    const bool known = interpreter.settled && after == before;
    interpreter.quiet = known && before == gil.switch_number;
    interpreter.switched = known && before == gil.switch_number + 1;
    interpreter.settled = after == before;
    same &= interpreter.quiet;
    gil.switch_number = after;
  }
  return same;
}

// True when no thread was added: new ones come first in their list.
bool Target::heads_hold() const {
  size_t at = 0;
  for (const Interpreter& interpreter : interpreters_) {
    const bool empty =
        at == threads_.size() || threads_[at].address.interp != interpreter.address.interp;
    const Address expected = empty ? 0 : threads_[at].address.tstate;
    if (load<Address>(plan_.at(interpreter.head_offset)) != expected) return false;
    while (at < threads_.size() && threads_[at].address.interp == interpreter.address.interp) ++at;
  }
  return true;
}

// True when the target's thread lists still are those of `threads_`, from end to end.
bool Target::links_hold() const {
  for (size_t i = 0; i < threads_.size(); ++i) {
    const SampledThread& thread = threads_[i];
    const bool last =
        i + 1 == threads_.size() || threads_[i + 1].address.interp != thread.address.interp;
    const Address next =
        thread.planned ? thread.reader.next_thread() : load<Address>(plan_.at(thread.link_offset));
    if (next != (last ? 0 : threads_[i + 1].address.tstate)) return false;
  }
  return true;
}

void Target::evaluate(SampledThread& thread, bool stopped) {
  thread.reader.set_code_generation(interpreters_[thread.interpreter].code_generation);
  const StackReader::Outcome outcome = thread.reader.evaluate(memory_, plan_, stopped);
  thread.accepted = outcome == StackReader::Outcome::kAccepted;
  thread.failed = outcome == StackReader::Outcome::kFailed;
  thread.unconfirmed = outcome == StackReader::Outcome::kUnconfirmed;
  thread.moves += outcome == StackReader::Outcome::kMoved;
  thread.accepted_cpu_nanos = thread.status.cpu_nanos;
  thread.pending = !thread.accepted;
  if (thread.accepted) thread.exception_flags = exceptions_.of(thread.reader);
}

// Reads heads, links if asked for, and what is planned of each thread. False where memory is gone.
bool Target::read_planned(bool with_links) {
  start_plan();
  plan_heads();
  if (with_links) plan_links();
  for (SampledThread& thread : threads_) {
    thread.python_id_offset = thread.native_id_offset = 0;
    if (thread.planned) plan_thread(thread);
  }
  plan_tails();
  plan_code();
  memory_.add_mark(plan_);
  expects_code_ = memory_.read(plan_);
  if (!expects_code_) {
    memory_.check_mark();
    return false;
  }
  if (memory_.has_mark(plan_)) marked_read_ = memory_.reads();
  code_.take_expected(plan_);
  for (Interpreter& interpreter : interpreters_) {
    if (interpreter.generation_offset == 0) continue;
    interpreter.code_generation = load<uint64_t>(plan_.at(interpreter.generation_offset));
  }
  for (SampledThread& thread : threads_) {
    if (thread.planned) evaluate(thread, false);
  }
  return true;
}

// After a read of those who can have moved if no other thread has taken a GIL: where one has, once,
// it is read too. False where more may have happened.
bool Target::read_new_holders(uint64_t now_nanos) {
  if (native_ != nullptr || !heads_hold() || !identities_hold()) return false;
  const auto is_known = [](const Interpreter& one) { return one.quiet || one.switched; };
  if (!std::all_of(interpreters_.begin(), interpreters_.end(), is_known)) return false;
  for (SampledThread& thread : threads_) {
    const Interpreter& interpreter = interpreters_[thread.interpreter];
    if (interpreter.switched && interpreter.gil.holder.tstate == thread.address.tstate) {
      if (!probe(thread, now_nanos)) return false;
      thread.unchanged = thread.blocked = false;
      thread.pending = true;
    }
    thread.planned = thread.pending && may_be_read(thread);
  }
  if (!read_planned(true) || !update_gil_states()) return false;
  if (!heads_hold() || !links_hold() || !identities_hold()) return false;
  lists_verified_nanos_ = now_nanos;
  return true;
}

// The first read. Where the thread lists have changed, or memory is gone, they are walked anew.
bool Target::read_lists_and_stacks(Counters& counters, uint64_t now_nanos) {
  if (may_trust_gil(now_nanos)) {
    choose_threads(true);
    if (read_planned(false)) {
      if (update_gil_states() && heads_hold() && identities_hold()) return true;
      if (read_new_holders(now_nanos)) return true;
    }
    // A thread that has ended may have left its place, and its Python id, to a new one.
    bool all = true;
    for (SampledThread& thread : threads_) all &= probe(thread, now_nanos);
    if (!all) {
      if (!refresh_threads()) return false;
      probe_threads(now_nanos);
    }
  }
  for (int attempt = 0; attempt < kMaxListReads; ++attempt) {
    choose_threads(false);
    const bool readable = read_planned(true);
    if (readable) update_gil_states();
    if (readable && heads_hold() && links_hold() && identities_hold()) {
      lists_verified_nanos_ = now_nanos;
      return true;
    }
    ++counters.retries;
    if (!refresh_threads()) return false;
    for (SampledThread& thread : threads_) {
      if (!readable) thread.reader.forget();
      thread.accepted = false;
    }
    probe_threads(now_nanos);
  }
  return false;
}

void Target::retry_moved(Counters& counters) {
  for (int attempt = 0; attempt < kMaxRereads; ++attempt) {
    bool any = false;
    bool unconfirmed = false;
    for (SampledThread& thread : threads_) {
      thread.planned = thread.planned && thread.pending && thread.moves < kMaxMoves;
      counters.retries += thread.planned;
      any |= thread.planned;
      unconfirmed |= thread.planned && thread.unconfirmed;
    }
    if (!any) return;
    if (unconfirmed) wait_for_a_moment();
    if (read_planned(false)) continue;
    for (SampledThread& thread : threads_) {
      if (thread.planned) thread.reader.forget();
    }
  }
}

void Target::read_alone(SampledThread& thread, bool stopped) {
  thread.pending = true;
  for (int attempt = 0; attempt < kMaxReadsAlone && thread.pending; ++attempt) {
    if (attempt > 0 && thread.unconfirmed) wait_for_a_moment();
    start_plan();
    thread.reader.add_to(plan_);
    if (memory_.read(plan_)) {
      evaluate(thread, stopped);
    } else {
      thread.reader.forget();
    }
  }
}

// Names the frames that were just read.
void Target::resolve_now(const SampledThread& thread) {
  code_.resolve(thread.reader.frames(), {}, {monotonic_nanos(), 0}, resolved_);
}

// Calls `work(stopped)` while the thread is stopped, or is blocked and could not be.
template <typename Work>
void Target::while_standing(SampledThread& thread, Counters& counters, Work work) {
  if (thread.track.tid == 0) return;
  ThreadStatus now = thread.status;
  if (!thread.probe.read(now)) {
    thread.failed = true;  // it has ended
    return;
  }
  // To stop a blocked thread would interrupt its system call. It may go on at any time.
  if (now.known && !now.runnable) return work(false);
  const ThreadStopper::Outcome outcome = access_.stopper->stop(thread.track.tid);
  counters.stops_timed_out += outcome == ThreadStopper::Outcome::kLate;
  if (outcome != ThreadStopper::Outcome::kStopped) return;
  work(true);
  counters.pause_nanos.add(access_.stopper->release());
  ++counters.stops;
  thread.stopped = true;
}

// Reads a thread again whose code was not known: what its frames had when they were read may have
// died before it was looked at, and other code may have taken its place. Now it is known, and
// verified after the frames are read. Where there is new code at each look the thread is stopped:
// its frames hold their code meanwhile.
void Target::read_and_resolve(SampledThread& thread, Counters& counters) {
  for (int attempt = 0; attempt < kMaxNameReads; ++attempt) {
    const uint64_t before = monotonic_nanos();
    ++counters.retries;
    read_alone(thread, false);
    if (code_.resolve(thread.reader.frames(), {}, {before, 0}, resolved_)) return;
  }
  thread.accepted = false;
  if (access_.strategy == Strategy::kNonblocking) return;
  while_standing(thread, counters, [&](bool stopped) {
    read_alone(thread, stopped);
    resolve_now(thread);
  });
}

// Stops the threads that could not be read while they ran, one after the other.
void Target::stop_and_read(Counters& counters) {
  const uint64_t start = monotonic_nanos();
  for (SampledThread& thread : threads_) {
    if (!thread.pending) continue;
    if (monotonic_nanos() - start > kStopBudgetNanos) return;
    while_standing(thread, counters, [&](bool stopped) { read_alone(thread, stopped); });
  }
}

bool Target::read_stacks(Counters& counters, uint64_t now_nanos) {
  if (!read_lists_and_stacks(counters, now_nanos)) return false;
  retry_moved(counters);
  if (native_ != nullptr) {
    read_pending_with_native(counters, now_nanos);
  } else if (access_.strategy != Strategy::kNonblocking) {
    stop_and_read(counters);
  }
  return true;
}

}  // namespace pyspy
