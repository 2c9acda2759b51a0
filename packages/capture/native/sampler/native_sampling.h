// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "cpython/runtime.h"
#include "cpython/stack_reader.h"
#include "sampler/hosted_segments.h"
#include "unwind/native_stacks.h"

namespace pyspy {

// A native frame as it is recorded: no part of it refers to the process's mappings, which change.
struct NativePlace {
  NativeFile* file = nullptr;  // null: in no mapped file
  Address bias = 0;
  Address address = 0;  // in the file's own numbering; at run time without a file
  uint8_t flags = 0;    // NativeFrameFlag values
};

// The native stack of a thread at one moment.
struct NativeStack {
  std::vector<NativePlace> frames;    // innermost first
  std::vector<HostedSegment> hosted;  // which of them stand for Python frames
  uint32_t state_flags = 0;           // StateFlag values about it
  bool settled = false;               // as much as can be read of it was

  // It is not known any more.
  void forget();
};

// A copy of a thread's stack.
struct KeptStack {
  NativeStacks::Extent extent;
  std::vector<uint8_t> bytes;
};

// The registers that a thread had when it was stopped in a system call, and the stack that they
// were true for. A thread that is blocked in the same call with the same stack has them again.
struct BlockedRegisters {
  machine::Registers registers;
  std::vector<uint8_t> stack;  // from the stack pointer up to what the frame pointer points to
};

// Reads native stacks of one Python process, and finds where in them its Python frames run.
class NativeSampling {
 public:
  NativeSampling(const Mappings& mappings, const Runtime& runtime, RemoteMemory& memory,
                 NativeFiles& files)
      : runtime_(runtime), stacks_(mappings, memory, files) {}

  // Adds the stack of a thread with these registers to a plan, as its next region. False where
  // there is none at its stack pointer.
  bool add_stack_to(ReadPlan& plan, const machine::Registers& registers, Address thread_pointer,
                    uint64_t now_nanos, KeptStack& kept);

  // Takes the stack that was read by that plan out of it.
  void keep_stack(const ReadPlan& plan, KeptStack& kept) const;

  // What to remember of a thread that was stopped while it was blocked.
  static void remember(const KeptStack& kept, const machine::Registers& registers,
                       BlockedRegisters& blocked);
  // Completes the registers of a blocked thread, whose stack was kept, by what is remembered.
  static void recall(const KeptStack& kept, const BlockedRegisters& blocked,
                     machine::Registers& registers);

  // Unwinds a stack that was kept. `python`: the stack that was read at the same moment; null: the
  // thread has no Python state.
  UnwindEnd unwind_kept(const KeptStack& kept, const machine::Registers& registers,
                        const StackReader* python, NativeStack& native, uint64_t now_nanos);

 private:
  bool pair(const StackReader& python, const StackCopy& copy, bool whole, NativeStack& native);
  void find_entry_frames(const StackReader& python);
  void find_cframes(const StackReader& python, const StackCopy& copy);
  bool assign_segments(const StackReader& python);
  std::optional<std::vector<CodeSpan>> find_evaluation();

  const Runtime& runtime_;
  NativeStacks stacks_;
  size_t plan_offset_ = 0;
  std::vector<NativeFrame> frames_;
  std::vector<ActivationRecord> records_;
  // Code of the evaluation loop, before 3.11: none where its file does not name it, and nothing
  // until it was looked for.
  std::optional<std::vector<CodeSpan>> evaluation_;
};

}  // namespace pyspy
