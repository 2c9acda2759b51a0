// SPDX-License-Identifier: MIT
#include "sampler/target.h"

#include <algorithm>

#include "base/clock.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

// Times that a sample is read again before it is taken as it is: because the thread list had
// changed, because a stack was not where it was expected, because a thread had moved.
constexpr int kMaxListAttempts = 4;
constexpr int kMaxReads = 6;
// Names change rarely, and finding them costs some ten reads.
constexpr uint64_t kNamesNanos = kNanosPerSecond;
constexpr int32_t kFutexCall = 202;  // SYS_futex on x86_64

}  // namespace

Target::Target(pid_t pid, ProcessInfo info, Runtime runtime)
    : pid_(pid),
      runtime_(std::move(runtime)),
      memory_(pid),
      objects_(memory_, runtime_.layout),
      code_(objects_, runtime_.layout),
      ids_(pid, memory_, runtime_.layout) {
  process_.info = std::move(info);
  process_.layout = runtime_.layout;
}

Result<std::unique_ptr<Target>> Target::attach(pid_t pid) {
  Result<ProcessInfo> info = read_process_info(pid);
  if (!info) return info.error();
  Result<std::vector<MappedRegion>> regions = read_memory_map(pid);
  if (!regions) return regions.error();
  LiveMemory memory(pid);
  Result<Runtime> runtime = find_runtime(pid, memory, *regions);
  if (!runtime) return runtime.error();
  std::unique_ptr<Target> target(new Target(pid, std::move(*info), std::move(*runtime)));
  if (!target->refresh_threads()) {
    return Error{ErrorCode::kNotReady, "its interpreter has not started yet"};
  }
  target->refresh_names(monotonic_nanos());
  return target;
}

bool Target::refresh_threads() {
  Result<RuntimeThreads> found = read_threads(runtime_, memory_);
  if (!found) return false;
  std::vector<Interpreter> interpreters;
  for (const InterpreterAddress& address : found->interpreters) {
    Interpreter& interpreter = interpreters.emplace_back();
    interpreter.address = address;
    const auto known = std::find_if(
        interpreters_.begin(), interpreters_.end(),
        [&](const Interpreter& old) { return old.address.interp == address.interp; });
    interpreter.names = known != interpreters_.end() ? std::move(known->names)
                                                     : std::make_unique<ThreadNames>(objects_);
  }
  const std::vector<ThreadIds::Ids> ids = ids_.read(found->threads);
  std::vector<SampledThread> threads;
  threads.reserve(found->threads.size());
  for (size_t i = 0; i < found->threads.size(); ++i) {
    const ThreadAddress& address = found->threads[i];
    const auto known =
        std::find_if(threads_.begin(), threads_.end(), [&](const SampledThread& old) {
          return old.address.tstate == address.tstate && old.track.python_id == ids[i].python_id &&
                 old.track.tid == ids[i].tid;
        });
    SampledThread& thread =
        known != threads_.end()
            ? threads.emplace_back(std::move(*known))
            : threads.emplace_back(runtime_.layout, address, pid_, ids[i].tid);
    thread.interpreter = static_cast<size_t>(
        std::find_if(interpreters.begin(), interpreters.end(),
                     [&](const Interpreter& one) { return one.address.interp == address.interp; }) -
        interpreters.begin());
    Interpreter& interpreter = interpreters[thread.interpreter];
    if (interpreter.first_thread == 0) interpreter.first_thread = address.tstate;
    if (known != threads_.end()) continue;
    thread.track.tid = ids[i].tid;
    thread.track.namespace_tid = ids[i].namespace_tid;
    thread.track.python_id = ids[i].python_id;
    thread.track.main = address.main;
    thread.track.interpreter_id = interpreter.address.id;
    thread.track.os_name = read_thread_name(pid_, ids[i].tid);
  }
  interpreters_ = std::move(interpreters);
  threads_ = std::move(threads);
  names_refreshed_nanos_ = 0;
  return true;
}

void Target::refresh_names(uint64_t now_nanos) {
  if (now_nanos - names_refreshed_nanos_ < kNamesNanos) return;
  names_refreshed_nanos_ = now_nanos;
  if (process_.python.version.empty() && !interpreters_.empty()) {
    process_.python = read_interpreter_info(objects_, interpreters_.back().address.interp);
    process_.chunk = 0;
  }
  for (Interpreter& interpreter : interpreters_) interpreter.names->refresh(interpreter.address.interp);
  for (SampledThread& thread : threads_) {
    const ThreadNames& names = *interpreters_[thread.interpreter].names;
    const std::string* name = names.name(thread.track.python_id);
    if (name == nullptr || *name == thread.track.python_name) continue;
    thread.track.python_name = *name;
    thread.track.renew();
  }
}

bool Target::probe_threads() {
  bool all = true;
  for (SampledThread& thread : threads_) {
    if (!thread.probe.read(thread.status)) all = false;
    thread.unchanged = thread.accepted && thread.status.known && thread.status.cpu_known &&
                       !thread.status.runnable &&
                       thread.status.cpu_nanos == thread.accepted_cpu_nanos;
    thread.pending = !thread.unchanged;
    thread.failed = false;
  }
  return all;
}

// What is read beside the stacks: the heads of the thread lists and the states of the GILs.
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
    if (thread.pending) continue;
    thread.link_offset =
        plan_.add(thread.address.tstate + layout.tstate_next, sizeof(Address));
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
    for (; at < threads_.size() &&
           threads_[at].address.interp == interpreter.address.interp; ++at) {
      const SampledThread& thread = threads_[at];
      if (thread.address.tstate != next) return false;
      next = thread.pending ? thread.reader.next_thread()
                            : load<Address>(plan_.at(thread.link_offset));
    }
    if (next != 0) return false;
  }
  return at == threads_.size();
}

void Target::evaluate_pending() {
  for (SampledThread& thread : threads_) {
    if (!thread.pending) continue;
    const StackReader::Outcome outcome = thread.reader.evaluate(memory_, plan_);
    thread.accepted = outcome == StackReader::Outcome::kAccepted;
    thread.failed = outcome == StackReader::Outcome::kFailed;
    thread.accepted_cpu_nanos = thread.status.cpu_nanos;
  }
}

bool Target::read_stacks(Recorder& recorder) {
  int list_attempts = 0;
  for (int attempt = 0; attempt < kMaxReads; ++attempt) {
    const bool first = attempt == 0;
    plan_.clear();
    if (first) plan_links();
    for (SampledThread& thread : threads_) {
      if (thread.pending) thread.reader.add_to(plan_);
    }
    const bool readable = memory_.read(plan_);
    if (readable) {
      evaluate_pending();
      if (first) read_gil_states();
    }
    if (!readable || (first && !links_hold())) {
      if (++list_attempts == kMaxListAttempts || !refresh_threads()) return false;
      for (SampledThread& thread : threads_) {
        if (!readable) thread.reader.forget();
        thread.accepted = false;
      }
      probe_threads();
      attempt = -1;
      continue;
    }
    bool pending = false;
    for (SampledThread& thread : threads_) {
      thread.pending = thread.pending && !thread.accepted;
      recorder.counters().retries += thread.pending;
      pending |= thread.pending;
    }
    if (!pending) break;
  }
  return true;
}

uint32_t Target::state_flags(const SampledThread& thread) const {
  const Interpreter& interpreter = interpreters_[thread.interpreter];
  const GilState& gil = interpreter.gil;
  uint32_t flags = 0;
  if (gil.known) {
    flags |= fields::kStateGilKnown;
    const bool holds = gil.locked && gil.holder == thread.address.tstate;
    if (holds) flags |= fields::kStateGilHeld;
    if (holds && gil.collecting) flags |= fields::kStateGc;
    // A thread that waits for the GIL sleeps on the condition variable, or the mutex, in it.
    const Address waits_on = thread.status.first_argument;
    if (!holds && thread.status.syscall == kFutexCall && waits_on >= interpreter.address.gil &&
        waits_on < interpreter.address.gil + static_cast<Address>(runtime_.layout.gil_size)) {
      flags |= fields::kStateGilWaiting;
    }
  }
  if (!thread.failed) flags |= fields::kStateStackKnown;
  if (!thread.accepted) flags |= fields::kStateUnstable;
  if (thread.reader.truncated()) flags |= fields::kStateTruncated;
  return flags;
}

void Target::observe(Recorder& recorder, SampledThread& thread, uint64_t now_nanos) {
  const uint32_t flags = state_flags(thread);
  if (thread.unchanged && recorder.knows(thread.track)) {
    recorder.observe_unchanged(process_, thread.track, flags, thread.status);
    return;
  }
  ThreadSample sample;
  sample.frames = thread.reader.frames();
  sample.flags = flags;
  sample.status = thread.status;
  code_.resolve(sample.frames, now_nanos, resolved_);
  sample.code = resolved_;
  recorder.observe(process_, thread.track, sample);
}

bool Target::sample(Recorder& recorder) {
  const uint64_t now = monotonic_nanos();
  if (!probe_threads()) {
    if (!refresh_threads()) return false;
    probe_threads();
  }
  refresh_names(now);
  const uint64_t reads = memory_.reads();
  const uint64_t bytes = memory_.bytes_read();
  const uint64_t replaced = code_.replaced();
  if (!read_stacks(recorder)) return false;
  for (SampledThread& thread : threads_) observe(recorder, thread, now);
  Counters& counters = recorder.counters();
  counters.reads += memory_.reads() - reads;
  counters.bytes_read += memory_.bytes_read() - bytes;
  counters.code_objects_replaced += code_.replaced() - replaced;
  return true;
}

}  // namespace pyspy
