// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "cpython/code_cache.h"
#include "cpython/frame_variables.h"
#include "cpython/objects.h"
#include "cpython/runtime.h"
#include "cpython/stack_reader.h"
#include "cpython/thread_ids.h"
#include "cpython/thread_lists.h"
#include "cpython/thread_names.h"
#include "process/live_memory_linux.h"
#include "process/thread_probe.h"
#include "process/thread_stopper_linux.h"
#include "sampler/native_sampling.h"
#include "sampler/recorder.h"
#include "sampler/state_flags.h"
#include "sampler/tracks.h"

namespace pyspy {

// What is done about a thread that moves while it is read.
enum class Strategy {
  kAdaptive,     // read it once more, then stop it for some microseconds
  kNonblocking,  // never stop it; keep the part of its stack that did not move, flagged
  kBlocking,     // stop each running thread before it is read
  kStandstill,   // stop all running threads, and let them go when all is read
};

// How processes are read. What it refers to must outlive all targets and the recorder.
struct Access {
  Strategy strategy = Strategy::kAdaptive;
  ThreadStopper* stopper = nullptr;      // not used with Strategy::kNonblocking
  NativeFiles* native_files = nullptr;   // null: without native stacks
  std::optional<ValueLimits> variables;  // local variables too, and how much of each; of moments
  // Children of this process are never stopped: another part of it waits for them, and would take a
  // stop for an end.
  bool spares_children = false;
};

// One Python process that is sampled.
class Target {
 public:
  // Error codes: kNoSuchProcess, kPermission, kNotPython, kUnsupported, kNotReady.
  static Result<std::unique_ptr<Target>> attach(pid_t pid, const Access& access, Effort effort);

  // A child that has executed no program since it was forked from `parent`: it has the same
  // interpreter at the same place, which need not be searched. Error code: kNotReady.
  static Result<std::unique_ptr<Target>> attach_forked(const ProcessInfo& info, Target& parent);

  // Takes one sample of all threads. False where the process cannot be read any more: it has
  // ended, or replaced its program.
  bool sample(Recorder& recorder);

  // False once the process has replaced its program, or ended.
  bool is_same_program() const;

  ProcessTrack& process() { return process_; }
  const ProcessTrack& process() const { return process_; }
  size_t thread_count() const { return threads_.size(); }

 private:
  struct GilState {
    GilHolder holder;
    uint64_t switch_number = 0;  // grows when another thread takes it
  };
  struct Interpreter {
    InterpreterAddress address;
    std::unique_ptr<ThreadNames> names;
    GilState gil;           // as of the last read
    bool settled = false;   // gil.switch_number is that of the moment the stacks were read
    bool quiet = false;     // it did not change from one tick to the next
    bool switched = false;  // it grew by one: another thread has taken the GIL, once
    bool collecting = false;
    uint64_t code_generation = 0;  // grows when a code object dies; 0 where there is none
    // In the plan:
    size_t head_offset = 0, gc_offset = 0, gil_offset = 0, gil_after_offset = 0,
           generation_offset = 0;
  };
  struct SampledThread {
    SampledThread(const Layout& layout, const ThreadAddress& place, pid_t pid, pid_t tid)
        : address(place), reader(layout, place.tstate), probe(pid, tid) {}

    ThreadAddress address;
    size_t interpreter = 0;
    StackReader reader;
    ThreadProbe probe;
    ThreadTrack track;
    ThreadStatus status;
    uint64_t accepted_cpu_nanos = 0;  // CPU time when the stack below was read
    bool accepted = false;            // reader.frames() is a whole, stable stack
    uint32_t exception_flags = 0;     // StateFlag values, as of that read
    bool unstarted = false;           // Python has made it, and it has not run yet
    bool shares_thread = false;       // the same thread has a state in another interpreter too
    bool suspended = false;           // and is in that one: this one does not run meanwhile
    uint64_t next_probe_nanos = 0;    // when the kernel is asked at the latest
    // This tick:
    bool probed = false;
    bool blocked = false;    // has not run since its stack was accepted, says the kernel
    bool unchanged = false;  // the stack is known to be that of the last tick
    bool pending = false;    // still to be read
    bool planned = false;    // in the plan
    bool failed = false;
    bool stopped = false;      // was stopped to be read
    bool held = false;         // and stands until all is read
    int moves = 0;             // reads during which it moved
    bool unconfirmed = false;  // to be read once more, not at once
    size_t link_offset = 0;
    size_t python_id_offset = 0, native_id_offset = 0;
    NativeStack native;
    BlockedRegisters blocked_registers;
  };
  // A thread without Python state, recorded for its native stack.
  struct OtherThread {
    OtherThread(pid_t pid, pid_t tid) : probe(pid, tid) {}

    ThreadProbe probe;
    ThreadTrack track;
    ThreadStatus status;
    NativeStack native;
    BlockedRegisters blocked_registers;
    // This tick:
    bool unchanged = false;
    bool ended = false;
  };

  Target(pid_t pid, ProcessInfo info, LiveMemory memory, Runtime runtime, const Access& access);

  bool start();
  bool refresh_threads();
  void find_unstarted();
  void find_shared();
  void find_suspended();
  bool has_started_thread() const;
  void refresh_names(uint64_t now_nanos);
  void look_for_worker_name(uint64_t now_nanos);
  // Reading (target_reading.cc).
  bool probe_threads(uint64_t now_nanos);
  bool probe(SampledThread& thread, uint64_t now_nanos);
  bool read_stacks(Counters& counters, uint64_t now_nanos);
  bool read_lists_and_stacks(Counters& counters, uint64_t now_nanos);
  bool may_trust_gil(uint64_t now_nanos) const;
  void choose_threads(bool trust_gil);
  void start_plan();
  void plan_heads();
  void plan_links();
  void plan_thread(SampledThread& thread);
  void plan_tails();
  void plan_code();
  bool heads_hold() const;
  bool links_hold() const;
  bool identities_hold() const;
  bool update_gil_states();
  bool may_be_read(const SampledThread& thread) const;
  bool read_planned(bool with_links);
  bool read_new_holders(uint64_t now_nanos);
  void evaluate(SampledThread& thread, bool stopped);
  void retry_moved(Counters& counters);
  void stop_and_read(Counters& counters);
  void read_alone(SampledThread& thread, bool stopped);
  void resolve_now(const SampledThread& thread);
  template <typename Work>
  void while_standing(SampledThread& thread, Counters& counters, Work work);
  void read_and_resolve(SampledThread& thread, Counters& counters);
  // All threads at one moment (target_standstill.cc).
  void stand_still(Counters& counters, uint64_t now_nanos);
  void go_on(Counters& counters);
  bool read_and_observe(Recorder& recorder, uint64_t now_nanos);

  bool observe_idle(Recorder& recorder, uint64_t cpu_nanos);
  bool is_idle() const;
  // Native stacks (target_native.cc).
  struct NativeReading {
    pid_t tid = 0;
    SampledThread* thread = nullptr;  // null: a thread without Python state
    const ThreadProbe* probe = nullptr;
    ThreadStatus* status = nullptr;
    NativeStack* native = nullptr;
    BlockedRegisters* blocked = nullptr;
    bool resolve = false;  // its code objects too, while it stands
  };
  template <typename Thread>
  static NativeReading reading_of(Thread& thread, SampledThread* python);
  // A thread that stood, and whose stack is kept, to be unwound once no other stands.
  struct StoodReading {
    NativeReading* reading = nullptr;
    machine::Registers registers;
    KeptStack kept;
  };
  bool read_both_stacks(SampledThread* thread, const machine::Registers& registers,
                        Address thread_pointer, bool stopped, KeptStack& kept);
  bool read_blocked(NativeReading& reading);
  bool begin_reading(NativeReading& reading);
  void read_python_alone(const NativeReading& reading);
  void read_standing(NativeReading& reading, Counters& counters);
  void unwind_stood();
  void read_with_native(std::span<NativeReading> readings, Counters& counters);
  void read_again_with_native(SampledThread& thread, Counters& counters);
  void read_pending_with_native(Counters& counters, uint64_t now_nanos);
  void refresh_other_threads(uint64_t now_nanos);
  void observe_other_threads(Recorder& recorder);

  void observe(Recorder& recorder, SampledThread& thread, uint64_t now_nanos);
  uint32_t state_flags(const SampledThread& thread) const;

  pid_t pid_;
  LiveMappings mappings_;
  Runtime runtime_;
  Access access_;
  LiveMemory memory_;
  ObjectReader objects_;
  CodeCache code_;
  ThreadIds ids_;
  ExceptionFlags exceptions_;
  ProcessTrack process_;
  std::vector<Interpreter> interpreters_;
  std::vector<SampledThread> threads_;      // as the interpreters list them
  std::unique_ptr<NativeSampling> native_;  // null: native stacks are not asked for
  std::vector<StoodReading> stood_;  // the first stood_count_ are of now, the others keep memory
  size_t stood_count_ = 0;
  KeptStack blocked_stack_;
  std::vector<OtherThread> others_;
  uint64_t others_due_nanos_ = 0;
  ReadPlan plan_;
  bool expects_code_ = true;  // plans verify code too: the last one could be read
  uint64_t marked_read_ = 0;  // the last read that was of this program; its number
  std::vector<CodeInfo*> resolved_;
  bool idle_ = false;            // all threads were blocked at the last tick
  uint64_t idle_cpu_nanos_ = 0;  // CPU time of the process at the first such tick; 0: not known
  uint64_t names_due_nanos_ = 0;
  uint64_t names_wait_nanos_ = 0;
  // Of looking for the name of a worker:
  std::string parent_worker_name_;
  int worker_looks_ = 0;
  uint64_t worker_look_due_nanos_ = 0;
  uint64_t lists_verified_nanos_ = 0;
};

}  // namespace pyspy
