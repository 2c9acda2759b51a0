// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <unordered_map>

#include "cpython/layout.h"
#include "process/remote_memory.h"

namespace pyspy {

// Free-threaded builds from 3.14 on specialise the bytecode of a code object for each thread apart:
// all but the first run a copy of their own. Finds where a copy begins, so that an instruction
// pointer into it becomes an offset.
class ThreadBytecode {
 public:
  explicit ThreadBytecode(const Layout& layout) : layout_(layout) {}

  // Where the copy with this index (_PyInterpreterFrame.tlbc_index, not 0) of a code object begins
  // that `instruction` points into; 0 where there is no such copy.
  Address start(RemoteMemory& memory, Address code, int32_t index, Address instruction);

  // Forgets all copies when the interpreter's count of code objects that died is another one.
  void set_generation(uint64_t generation);

 private:
  struct Copy {
    Address start = 0;
    Address size = 0;  // bytes
  };
  Copy read(RemoteMemory& memory, Address code, int32_t index) const;

  const Layout& layout_;
  uint64_t generation_ = 0;
  std::unordered_map<Address, Copy> copies_;  // by code object
  int32_t index_ = 0;                         // of the copies: a thread has one
};

}  // namespace pyspy
