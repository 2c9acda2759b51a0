// SPDX-License-Identifier: MIT
#include "sampler/target.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/clock.h"
#include "cpython/worker_name.h"
#include "sampler/stack_variables.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

// Names change rarely, and finding them costs some ten reads. What has just started is given its
// name, and says its version, a moment later: then they are looked for sooner.
constexpr uint64_t kNamesNanos = kNanosPerSecond;
constexpr uint64_t kLeastNamesNanos = 1'000'000;
// A worker of multiprocessing has its name some milliseconds after it is born, or, where it is
// another program, some hundred: it is looked for so often, after waits that double.
constexpr int kMostWorkerLooks = 12;

}  // namespace

Target::Target(pid_t pid, ProcessInfo info, LiveMemory memory, Runtime runtime,
               const Access& access)
    : pid_(pid),
      mappings_(pid),
      runtime_(std::move(runtime)),
      access_(access),
      memory_(std::move(memory)),
      objects_(memory_, runtime_.layout),
      code_(objects_, runtime_.layout),
      ids_(pid, memory_, runtime_.layout),
      exceptions_(objects_) {
  process_.info = std::move(info);
  process_.is_python = true;
  process_.layout = runtime_.layout;
  if (access_.native_files == nullptr) return;
  native_ = std::make_unique<NativeSampling>(mappings_, runtime_, memory_, *access_.native_files);
}

Result<std::unique_ptr<Target>> Target::attach(pid_t pid, const Access& access, Effort effort) {
  LiveMemory memory(pid);  // first: from here on a change of program is noticed
  Result<ProcessInfo> info = read_process_info(pid);
  if (!info) return info.error();
  const LiveMappings mappings(pid);
  Result<std::vector<MappedRegion>> regions = mappings.regions();
  if (!regions) return regions.error();
  Result<Runtime> runtime = find_runtime(mappings, memory, *regions, effort);
  if (!runtime) return runtime.error();
  std::unique_ptr<Target> target(
      new Target(pid, std::move(*info), std::move(memory), std::move(*runtime), access));
  if (!target->start()) {
    return Error{ErrorCode::kNotReady, "its interpreter has not started yet"};
  }
  target->refresh_names(monotonic_nanos());
  return target;
}

Result<std::unique_ptr<Target>> Target::attach_forked(const ProcessInfo& info, Target& parent) {
  std::unique_ptr<Target> target(
      new Target(info.pid, info, LiveMemory(info.pid), parent.runtime_, parent.access_));
  target->process_.python = parent.process_.python;
  // It has its parent's until it is given its own.
  parent.worker_look_due_nanos_ = 0;
  parent.look_for_worker_name(monotonic_nanos());
  target->parent_worker_name_ = parent.process_.worker_name;
  if (!target->start()) return Error{ErrorCode::kNotReady, "it has only just been forked"};
  // It has its parent's names too; to find them again would take longer than all the rest.
  for (SampledThread& thread : target->threads_) {
    const auto original =
        std::find_if(parent.threads_.begin(), parent.threads_.end(), [&](const SampledThread& one) {
          return one.address.tstate == thread.address.tstate &&
                 one.track.python_id == thread.track.python_id;
        });
    if (original != parent.threads_.end()) {
      thread.track.python_name = original->track.python_name;
    }
  }
  target->names_due_nanos_ = monotonic_nanos() + kNamesNanos;
  return target;
}

bool Target::start() { return refresh_threads() && is_same_program(); }

bool Target::is_same_program() const { return memory_.is_of_same_program(runtime_.address); }

bool Target::refresh_threads() {
  Result<RuntimeThreads> found = read_threads(runtime_, memory_);
  if (!found) return false;
  std::vector<Interpreter> interpreters;
  for (const InterpreterAddress& address : found->interpreters) {
    Interpreter& interpreter = interpreters.emplace_back();
    interpreter.address = address;
    const auto known =
        std::find_if(interpreters_.begin(), interpreters_.end(),
                     [&](const Interpreter& old) { return old.address.interp == address.interp; });
    interpreter.names = known != interpreters_.end() ? std::move(known->names)
                                                     : std::make_unique<ThreadNames>(objects_);
  }
  std::unordered_map<Address, size_t> interpreter_at;
  for (size_t i = 0; i < interpreters.size(); ++i)
    interpreter_at.emplace(interpreters[i].address.interp, i);
  std::unordered_map<Address, SampledThread*> known_at;
  for (SampledThread& thread : threads_) known_at.emplace(thread.address.tstate, &thread);
  const std::vector<ThreadIds::Ids> ids = ids_.read(found->threads);
  std::vector<SampledThread> threads;
  threads.reserve(found->threads.size());
  for (size_t i = 0; i < found->threads.size(); ++i) {
    const ThreadAddress& address = found->threads[i];
    const auto old = known_at.find(address.tstate);
    const bool is_known = old != known_at.end() &&
                          old->second->track.python_id == ids[i].python_id &&
                          old->second->track.tid == ids[i].tid;
    SampledThread& thread = is_known
                                ? threads.emplace_back(std::move(*old->second))
                                : threads.emplace_back(runtime_.layout, address, pid_, ids[i].tid);
    if (is_known)
      known_at.erase(old);  // a list that was changed while it was read may repeat itself
    thread.interpreter = interpreter_at.at(address.interp);
    if (is_known) continue;
    thread.track.tid = ids[i].tid;
    thread.track.namespace_tid = ids[i].namespace_tid;
    thread.track.python_id = ids[i].python_id;
    thread.track.main = address.main;
    thread.track.interpreter_id = interpreters[thread.interpreter].address.id;
    thread.track.os_name = read_thread_name(pid_, ids[i].tid);
  }
  interpreters_ = std::move(interpreters);
  threads_ = std::move(threads);
  find_unstarted();
  find_shared();
  names_due_nanos_ = 0;
  names_wait_nanos_ = kLeastNamesNanos;
  return true;
}

// A new thread has no ids, or those of an older thread of its interpreter, until it runs.
void Target::find_unstarted() {
  std::unordered_set<uint64_t> python_ids;
  std::unordered_set<uint64_t> tids;
  for (size_t i = threads_.size(); i-- > 0;) {
    SampledThread& thread = threads_[i];
    if (i + 1 < threads_.size() && threads_[i + 1].interpreter != thread.interpreter) {
      python_ids.clear();
      tids.clear();
    }
    const uint64_t id = thread.track.python_id;
    const uint64_t tid = thread.track.namespace_tid;
    thread.unstarted = id == 0 || !python_ids.insert(id).second ||
                       (ids_.has_native_ids() && (tid == 0 || !tids.insert(tid).second));
  }
}

// A thread that enters another interpreter has a thread state in each.
void Target::find_shared() {
  std::unordered_map<pid_t, size_t> states;
  for (const SampledThread& thread : threads_) ++states[thread.track.tid];
  for (SampledThread& thread : threads_) {
    thread.suspended = false;
    thread.shares_thread =
        thread.track.tid != 0 && interpreters_.size() > 1 && states[thread.track.tid] > 1;
  }
}

// Of the states of one thread that one runs which was entered last: the one with a stack in the
// newest interpreter, which comes first. What the kernel says of the thread is not true of the
// others.
void Target::find_suspended() {
  std::unordered_set<pid_t> running;
  for (SampledThread& thread : threads_) {
    if (!thread.shares_thread) continue;
    thread.suspended = thread.reader.frames().empty() || !running.insert(thread.track.tid).second;
  }
}

// True when a thread has come to run, and got its ids, since the lists were walked.
bool Target::has_started_thread() const {
  return std::any_of(threads_.begin(), threads_.end(), [&](const SampledThread& thread) {
    return thread.unstarted && !ids_.still_has(thread.address.tstate, thread.track.python_id,
                                               thread.track.namespace_tid);
  });
}

void Target::refresh_names(uint64_t now_nanos) {
  if (now_nanos < names_due_nanos_) return;
  if (process_.python.version.empty() && !interpreters_.empty()) {
    process_.python = read_interpreter_info(objects_, interpreters_.back().address.interp);
    process_.chunk = 0;
  }
  for (Interpreter& interpreter : interpreters_)
    interpreter.names->refresh(interpreter.address.interp);
  bool missing = process_.python.version.empty();
  for (SampledThread& thread : threads_) {
    const ThreadNames& names = *interpreters_[thread.interpreter].names;
    const std::string* name = names.name(thread.track.python_id);
    missing |= name == nullptr;
    if (name == nullptr || *name == thread.track.python_name) continue;
    thread.track.python_name = *name;
    thread.track.renew();
  }
  names_wait_nanos_ = missing ? std::min(2 * names_wait_nanos_, kNamesNanos) : kNamesNanos;
  names_due_nanos_ = now_nanos + names_wait_nanos_;
}

void Target::look_for_worker_name(uint64_t now_nanos) {
  if (worker_looks_ == kMostWorkerLooks || now_nanos < worker_look_due_nanos_) return;
  if (interpreters_.empty()) return;
  const std::string name = read_worker_name(objects_, interpreters_.back().address.interp);
  if (!name.empty() && name != parent_worker_name_) {
    process_.worker_name = name;
    process_.chunk = 0;
    worker_looks_ = kMostWorkerLooks;
    return;
  }
  worker_look_due_nanos_ = now_nanos + (kLeastNamesNanos << worker_looks_++);
}

uint32_t Target::state_flags(const SampledThread& thread) const {
  const Interpreter& interpreter = interpreters_[thread.interpreter];
  uint32_t flags = thread.exception_flags;
  flags |= gil_flags(interpreter.address, interpreter.gil.holder, interpreter.collecting,
                     thread.address.tstate, thread.status);
  if (!thread.failed) flags |= fields::kStateStackKnown;
  if (!thread.accepted) flags |= fields::kStateUnstable;
  if (thread.stopped) flags |= fields::kStateStopped;
  if (thread.reader.truncated()) flags |= fields::kStateTruncated;
  return flags | thread.native.state_flags;
}

void Target::observe(Recorder& recorder, SampledThread& thread, uint64_t now_nanos) {
  ThreadStatus status = thread.status;
  if (thread.suspended) status = ThreadStatus{.known = true};
  if (thread.unchanged && recorder.knows(thread.track)) {
    recorder.observe_unchanged(process_, thread.track, state_flags(thread), status);
    return;
  }
  const CodeCache::Moment read = {now_nanos, interpreters_[thread.interpreter].code_generation};
  const bool named = code_.resolve(thread.reader.frames(), thread.track.stack, read, resolved_);
  if (!named && !thread.blocked) {
    if (native_ == nullptr) {
      read_and_resolve(thread, recorder.counters());
    } else {
      read_again_with_native(thread, recorder.counters());
    }
  }
  ThreadSample sample;
  sample.frames = thread.reader.frames();
  sample.flags = state_flags(thread);
  sample.status = status;
  sample.code = resolved_;
  if (native_ != nullptr) sample.native = &thread.native;
  recorder.observe(process_, thread.track, sample);
  if (access_.variables && thread.accepted) {
    recorder.add_variables(
        thread.track, read_stack_variables(objects_, thread.reader, resolved_, *access_.variables));
  }
}

// A process that has used no CPU time since all of its threads were seen blocked is as it was: one
// look of 0.2 microseconds, instead of some at each thread.
bool Target::observe_idle(Recorder& recorder, uint64_t cpu_nanos) {
  if (cpu_nanos == 0 || cpu_nanos != idle_cpu_nanos_) return false;
  for (const SampledThread& thread : threads_) {
    if (!recorder.knows(thread.track)) return false;
  }
  for (OtherThread& other : others_) {
    if (!recorder.knows(other.track)) return false;
    other.unchanged = true;
  }
  for (SampledThread& thread : threads_) {
    thread.stopped = false;
    recorder.observe_unchanged(process_, thread.track, state_flags(thread), thread.status);
  }
  if (native_ != nullptr) observe_other_threads(recorder);
  return true;
}

bool Target::is_idle() const {
  const auto is_blocked = [&](const auto& thread) {
    return thread.status.known && !thread.status.runnable &&
           (native_ == nullptr || thread.native.settled);
  };
  return std::all_of(others_.begin(), others_.end(), is_blocked) &&
         std::all_of(threads_.begin(), threads_.end(), [&](const SampledThread& thread) {
           return thread.accepted && !thread.unstarted && is_blocked(thread);
         });
}

bool Target::read_and_observe(Recorder& recorder, uint64_t now_nanos) {
  if (!read_stacks(recorder.counters(), now_nanos)) return false;
  if (has_started_thread()) {
    if (!refresh_threads()) return false;
    probe_threads(now_nanos);
    if (!read_stacks(recorder.counters(), now_nanos)) return false;
  }
  // Another program may have all at the addresses of this one: nothing else that was read would
  // tell. Where the last read was of this program, all were.
  if (memory_.reads() != marked_read_ && !is_same_program()) return false;
  find_suspended();
  for (SampledThread& thread : threads_) {
    if (thread.unstarted && thread.reader.frames().empty()) continue;
    observe(recorder, thread, now_nanos);
  }
  if (native_ != nullptr) observe_other_threads(recorder);
  return true;
}

bool Target::sample(Recorder& recorder) {
  const uint64_t now = monotonic_nanos();
  // Before all else: what runs later is seen to.
  const uint64_t cpu = idle_ ? process_cpu_nanos(pid_) : 0;
  if (observe_idle(recorder, cpu)) return true;
  if (!probe_threads(now)) {
    if (!refresh_threads()) return false;
    probe_threads(now);
  }
  refresh_names(now);
  look_for_worker_name(now);
  const uint64_t reads = memory_.reads();
  const uint64_t bytes = memory_.bytes_read();
  const uint64_t replaced = code_.replaced();
  const bool at_once = access_.strategy == Strategy::kStandstill;
  if (at_once) stand_still(recorder.counters(), now);
  const bool readable = read_and_observe(recorder, now);
  if (at_once) go_on(recorder.counters());
  if (!readable) return false;
  idle_ = is_idle();
  idle_cpu_nanos_ = idle_ ? cpu : 0;
  Counters& counters = recorder.counters();
  counters.reads += memory_.reads() - reads;
  counters.bytes_read += memory_.bytes_read() - bytes;
  counters.code_objects_replaced += code_.replaced() - replaced;
  return true;
}

}  // namespace pyspy
