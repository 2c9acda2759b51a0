// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "process/remote_memory.h"
#include "unwind/code_map.h"
#include "unwind/machine.h"
#include "unwind/stack_copy.h"
#include "unwind/unwinder.h"

namespace pyspy {

// The native stacks of one process.
class NativeStacks {
 public:
  NativeStacks(const Mappings& mappings, RemoteMemory& memory, NativeFiles& files)
      : mappings_(mappings), code_(mappings, memory, files) {}

  // What to copy of a stack so that it can be unwound: from below the stack pointer to the stack's
  // end, or as much of it as is ever copied. Empty where no stack is there.
  struct Extent {
    Address start = 0;
    size_t length = 0;
  };
  // `thread_pointer`: 0 where it is not known.
  Extent extent(Address stack_pointer, Address thread_pointer, uint64_t now_nanos);

  // Unwinds a copy; see unwind(). The frames' code ranges hold until the next call.
  UnwindEnd unwind_copy(const machine::Registers& registers, const StackCopy& stack,
                        std::vector<NativeFrame>& frames, uint64_t now_nanos);

  CodeMap& code() { return code_; }

 private:
  void refresh(uint64_t now_nanos);
  const MappedRegion* region_of(Address address) const;

  const Mappings& mappings_;
  CodeMap code_;
  std::vector<MappedRegion> writable_;  // by address
  uint64_t refreshed_nanos_ = 0;
};

}  // namespace pyspy
