// SPDX-License-Identifier: MIT
//
// Reading threads together with their native stacks. A thread that runs is stopped for its
// registers and one read of all that is needed of its memory; the rest is done while it runs on.
// One that is blocked is left alone: the kernel tells its stack pointer and instruction.
#include <algorithm>
#include <unordered_set>

#include "base/clock.h"
#include "process/proc.h"
#include "sampler/target.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

// How long threads are waited for that want a CPU to stop on. They do not move meanwhile, and other
// threads are not sampled.
constexpr uint64_t kNativeNanos = 20'000'000;
// Stacks that are kept, some 40 KB each, until all threads that stand have been read.
constexpr size_t kMostStood = 16;
// Threads without Python state are looked for so often.
constexpr uint64_t kOtherThreadsNanos = 50'000'000;

// System calls of x86_64 that a stop does not make fail: the kernel starts them again by itself
// (signal(7)). Others, such as epoll_wait, would return EINTR to a program that has seen no signal.
bool restarts_by_itself(int32_t syscall) {
  constexpr int32_t kPoll = 7, kSelect = 23, kNanosleep = 35, kWait4 = 61, kFutex = 202,
                    kClockNanosleep = 230, kWaitid = 247, kPselect = 270, kPpoll = 271;
  constexpr int32_t kAll[] = {kPoll,           kSelect, kNanosleep, kWait4, kFutex,
                              kClockNanosleep, kWaitid, kPselect,   kPpoll};
  return std::find(std::begin(kAll), std::end(kAll), syscall) != std::end(kAll);
}

// All that the kernel tells of a blocked thread.
machine::Registers registers_of(const ThreadStatus& status) {
  machine::Registers registers;
  registers.set(machine::kStackPointer, status.stack_pointer);
  registers.set(machine::kReturnAddress, status.instruction);
  return registers;
}

}  // namespace

// Reads a thread's stacks, of which `registers` hold; it stands, or is blocked.
bool Target::read_both_stacks(SampledThread* thread, const machine::Registers& registers,
                              Address thread_pointer, bool stopped, KeptStack& kept) {
  start_plan();
  const uint64_t now = monotonic_nanos();
  if (!native_->add_stack_to(plan_, registers, thread_pointer, now, kept)) {
    // No native stack; what is known of the Python stack is that of the last tick.
    if (thread != nullptr) read_alone(*thread, stopped);
    return false;
  }
  if (thread != nullptr) thread->reader.add_to(plan_);
  const bool readable = memory_.read(plan_);
  if (readable) {
    native_->keep_stack(plan_, kept);
    if (thread != nullptr) evaluate(*thread, stopped);
  } else if (thread != nullptr) {
    thread->reader.forget();
  }
  if (thread != nullptr && thread->pending) read_alone(*thread, stopped);
  return readable;
}

// Reads no more of a thread than its Python stack.
void Target::read_python_alone(const NativeReading& reading) {
  if (reading.thread == nullptr) return;
  read_alone(*reading.thread, false);
  if (reading.resolve) resolve_now(*reading.thread);
}

// Reads a thread that stands, and lets it run on. Its stack is kept, to be unwound afterwards: the
// next one stands already.
void Target::read_standing(NativeReading& reading, Counters& counters) {
  const auto regs = access_.stopper->registers();
  SampledThread* thread = reading.thread;
  if (stood_.size() == stood_count_) stood_.emplace_back();
  StoodReading& stood = stood_[stood_count_];
  stood.reading = &reading;
  if (regs) {
    stood.registers = machine::from_ptrace(*regs);
    stood_count_ += read_both_stacks(thread, stood.registers, regs->fs_base, true, stood.kept);
  } else if (thread != nullptr) {
    read_alone(*thread, true);
  }
  if (reading.resolve) resolve_now(*thread);
  if (access_.strategy == Strategy::kStandstill) {
    access_.stopper->hold();
  } else {
    counters.pause_nanos.add(access_.stopper->release());
  }
  ++counters.stops;
  if (thread != nullptr) thread->stopped = true;
}

void Target::unwind_stood() {
  for (StoodReading& stood : std::span(stood_).first(stood_count_)) {
    const NativeReading& reading = *stood.reading;
    if (reading.status->known && !reading.status->runnable) {
      NativeSampling::remember(stood.kept, stood.registers, *reading.blocked);
    }
    const StackReader* python = reading.thread == nullptr ? nullptr : &reading.thread->reader;
    native_->unwind_kept(stood.kept, stood.registers, python, *reading.native, monotonic_nanos());
  }
  stood_count_ = 0;
}

// Reads a blocked thread without stopping it. False where it has moved, or its stack cannot be
// followed without registers that only a stop would tell.
bool Target::read_blocked(NativeReading& reading) {
  const ThreadStatus& status = *reading.status;
  machine::Registers registers = registers_of(status);
  if (status.instruction == 0 ||
      !read_both_stacks(reading.thread, registers, 0, false, blocked_stack_)) {
    return false;
  }
  ThreadStatus after;
  if (!reading.probe->read(after) || after.runnable ||
      after.stack_pointer != status.stack_pointer || after.instruction != status.instruction ||
      after.cpu_nanos != status.cpu_nanos) {
    return false;
  }
  NativeSampling::recall(blocked_stack_, *reading.blocked, registers);
  const StackReader* python = reading.thread == nullptr ? nullptr : &reading.thread->reader;
  const UnwindEnd end =
      native_->unwind_kept(blocked_stack_, registers, python, *reading.native, monotonic_nanos());
  return end == UnwindEnd::kComplete || !restarts_by_itself(status.syscall);
}

// Asks a thread to stop; false where it is, or has to be, read without that.
bool Target::begin_reading(NativeReading& reading) {
  reading.native->forget();
  const bool blocked = reading.status->known && !reading.status->runnable;
  if (blocked && read_blocked(reading)) {
    if (reading.resolve) resolve_now(*reading.thread);
    return false;
  }
  const bool may_stop =
      reading.tid != 0 && (!blocked || restarts_by_itself(reading.status->syscall));
  if (may_stop && access_.stopper->request(reading.tid)) return true;
  read_python_alone(reading);
  return false;
}

// Reads threads with their native stacks: all are asked to stop, and each is read as soon as it
// stands.
void Target::read_with_native(std::span<NativeReading> readings, Counters& counters) {
  const uint64_t deadline = monotonic_nanos() + kNativeNanos;
  std::vector<NativeReading*> asked;
  for (NativeReading& reading : readings) {
    if (begin_reading(reading)) asked.push_back(&reading);
  }
  while (const pid_t tid = access_.stopper->next_stopped(deadline)) {
    const auto found = std::find_if(asked.begin(), asked.end(),
                                    [&](const NativeReading* one) { return one->tid == tid; });
    read_standing(**found, counters);
    asked.erase(found);
    if (stood_count_ == kMostStood) unwind_stood();
  }
  unwind_stood();
  for (const NativeReading* reading : asked) {
    ++counters.stops_timed_out;
    read_python_alone(*reading);
  }
}

template <typename Thread>
Target::NativeReading Target::reading_of(Thread& thread, SampledThread* python) {
  return {thread.track.tid,          python, &thread.probe, &thread.status, &thread.native,
          &thread.blocked_registers, false};
}

void Target::read_again_with_native(SampledThread& thread, Counters& counters) {
  thread.pending = true;
  NativeReading reading = reading_of(thread, &thread);
  reading.resolve = true;
  read_with_native({&reading, 1}, counters);
}

void Target::read_pending_with_native(Counters& counters, uint64_t now_nanos) {
  std::vector<NativeReading> readings;
  for (SampledThread& thread : threads_) {
    if (!thread.pending) continue;
    readings.push_back(reading_of(thread, &thread));
  }
  refresh_other_threads(now_nanos);
  for (OtherThread& other : others_) {
    const uint64_t cpu_before = other.status.cpu_nanos;
    other.ended = !other.probe.read(other.status);
    const ThreadStatus& status = other.status;
    other.unchanged = other.native.settled && status.known && status.cpu_known &&
                      !status.runnable && status.cpu_nanos == cpu_before;
    if (other.ended || other.unchanged) continue;
    readings.push_back(reading_of(other, nullptr));
  }
  read_with_native(readings, counters);
}

// Threads that Python knows nothing of: of a library's pool, say.
void Target::refresh_other_threads(uint64_t now_nanos) {
  if (now_nanos < others_due_nanos_) return;
  others_due_nanos_ = now_nanos + kOtherThreadsNanos;
  std::unordered_set<pid_t> python;
  for (const SampledThread& thread : threads_) python.insert(thread.track.tid);
  std::unordered_set<pid_t> known;
  std::erase_if(others_, [&](const OtherThread& other) {
    return python.count(other.track.tid) != 0 || other.ended;
  });
  for (const OtherThread& other : others_) known.insert(other.track.tid);
  for (const pid_t tid : list_threads(pid_)) {
    if (tid == 0 || python.count(tid) != 0 || known.count(tid) != 0) continue;
    OtherThread& other = others_.emplace_back(pid_, tid);
    other.track.tid = tid;
    other.track.main = tid == pid_;
    other.track.interpreter_id = -1;
    other.track.os_name = read_thread_name(pid_, tid);
  }
}

void Target::observe_other_threads(Recorder& recorder) {
  for (OtherThread& other : others_) {
    if (other.ended) continue;
    const uint32_t flags = fields::kStateStackKnown | other.native.state_flags;
    if (other.unchanged && recorder.knows(other.track)) {
      recorder.observe_unchanged(process_, other.track, flags, other.status);
      continue;
    }
    ThreadSample sample;
    sample.flags = flags;
    sample.status = other.status;
    sample.native = &other.native;
    recorder.observe(process_, other.track, sample);
  }
}

}  // namespace pyspy
