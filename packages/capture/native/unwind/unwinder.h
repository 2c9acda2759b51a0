// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "unwind/code_map.h"
#include "unwind/machine.h"
#include "unwind/stack_copy.h"

namespace pyspy {

// One native frame. Its own part of the stack is [stack_pointer, cfa).
struct NativeFrame {
  Address instruction = 0;    // being executed, or the return address
  Address stack_pointer = 0;
  Address cfa = 0;            // 0: not known; the last frame
  const CodeRange* code = nullptr;  // that the instruction lies in; null: in nothing mapped
  uint8_t flags = 0;          // NativeFrameFlag values of the capture

  // What to look the function up by: a return address may be that of the next one.
  Address lookup_address() const;
};

enum class UnwindEnd {
  kComplete,      // reached the function that nobody called
  kNoRule,        // no table describes this code, and it keeps no frame pointer
  kNoMemory,      // the caller's place is not in the copy of the stack
  kNoRegister,    // depends on a register that is not known
  kNoProgress,    // the caller would not be nearer to the stack's root
  kTooDeep,
};

// Follows the stack of a thread from its registers and a copy of its stack, innermost frame first.
// `frames` gets all that was found, however it ends.
UnwindEnd unwind(const machine::Registers& registers, const StackCopy& stack, CodeMap& code,
                 std::vector<NativeFrame>& frames);

}  // namespace pyspy
