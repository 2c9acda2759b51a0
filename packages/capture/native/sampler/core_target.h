// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "cpython/code_cache.h"
#include "cpython/frame_variables.h"
#include "cpython/runtime.h"
#include "cpython/thread_lists.h"
#include "cpython/thread_names.h"
#include "process/core_arguments.h"
#include "process/core_mappings.h"
#include "sampler/native_sampling.h"
#include "sampler/recorder.h"
#include "sampler/state_flags.h"

namespace pyspy {

// What is told of the process of a core file. What it refers to must outlive the target.
struct CoreAccess {
  CorePlaces places;
  NativeFiles* native_files = nullptr;   // null: without native stacks
  std::optional<ValueLimits> variables;  // local variables too, and how much of each
};

// The Python process of a core file: one moment, recorded as one of a process that runs would be.
class CoreTarget {
 public:
  // Error codes: kInput, kPermission, kMismatch, kNotPython, kUnsupported, kNotReady.
  static Result<std::unique_ptr<CoreTarget>> open(const std::string& path,
                                                  const CoreAccess& access);

  // Records all threads, and what is to be known of the file itself. False where no thread can be
  // read.
  bool record(Recorder& recorder, uint64_t now_nanos);

  const ProcessTrack& process() const { return process_; }
  // When the core was written, since 1970.
  uint64_t written_nanos() const { return core_->written_nanos(); }

 private:
  struct Interpreter {
    InterpreterAddress address;
    std::unique_ptr<ThreadNames> names;
    GilHolder gil;
    bool collecting = false;
    uint64_t code_generation = 0;
  };

  CoreTarget(std::unique_ptr<CoreFile> core, std::unique_ptr<CoreMappings> mappings,
             Runtime runtime, const CoreAccess& access);

  void describe_process();
  void add_interpreter(const InterpreterAddress& address);
  const CoreThread* thread_of(const ThreadAddress& address);
  bool read_python(StackReader& reader, const Interpreter& interpreter);
  bool read_both(StackReader* reader, const Interpreter* interpreter, const CoreThread& thread,
                 NativeStack& native, uint64_t now_nanos);
  void record_thread(Recorder& recorder, const ThreadAddress& address, uint64_t now_nanos);
  void record_other_thread(Recorder& recorder, const CoreThread& thread, uint64_t now_nanos);
  void note_file(Recorder& recorder, uint64_t now_nanos);

  std::unique_ptr<CoreFile> core_;
  std::unique_ptr<CoreMappings> mappings_;
  CoreMemory memory_;
  Runtime runtime_;
  CoreAccess access_;
  ObjectReader objects_;
  CodeCache code_;
  ExceptionFlags exceptions_;
  std::unique_ptr<NativeSampling> native_;  // null: not asked for
  ProcessTrack process_;
  RuntimeThreads found_;
  std::vector<Interpreter> interpreters_;
  std::unordered_set<const CoreThread*> seen_;  // those that run Python
  std::deque<ThreadTrack> tracks_;
  ReadPlan plan_;
  std::vector<CodeInfo*> resolved_;
};

}  // namespace pyspy
