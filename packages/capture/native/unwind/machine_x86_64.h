// SPDX-License-Identifier: MIT
#pragma once

#include <sys/user.h>

#include <algorithm>
#include <span>

#include "unwind/registers.h"
#include "unwind/stack_copy.h"

namespace pyspy::machine {

// System V ABI, AMD64 supplement, figure 3.36.
inline constexpr unsigned kFramePointer = 6;    // rbp
inline constexpr unsigned kStackPointer = 7;    // rsp
inline constexpr unsigned kReturnAddress = 16;  // rip
inline constexpr unsigned kRegisterCount = 17;

// Registers that a call preserves, beside the stack pointer, and by which the frame of a function
// that has called another is found: the frame pointer, and rbx, in which the dynamic linker keeps
// its stack pointer while it binds a function (_dl_runtime_resolve). Others occur only in functions
// that call nobody.
inline constexpr unsigned kFollowed[] = {kFramePointer, 3};

// Where a call leaves the return address, from the canonical frame address.
inline constexpr int64_t kReturnAddressOffset = -8;
// Below the stack pointer: a leaf function's own (the red zone).
inline constexpr uint64_t kRedZoneBytes = 128;

using Registers = RegisterSet<kRegisterCount>;

inline Registers from_ptrace(const user_regs_struct& regs) {
  const unsigned long long values[kRegisterCount] = {
      regs.rax, regs.rdx, regs.rcx, regs.rbx, regs.rsi, regs.rdi, regs.rbp, regs.rsp, regs.r8,
      regs.r9,  regs.r10, regs.r11, regs.r12, regs.r13, regs.r14, regs.r15, regs.rip};
  Registers registers;
  for (unsigned i = 0; i < kRegisterCount; ++i) registers.set(i, values[i]);
  return registers;
}

// Registers that the kernel saved when it delivered a signal: struct ucontext at the stack pointer
// of the trampoline, its sigcontext at 40 (Linux, arch/x86/include/uapi/asm/sigcontext.h).
inline bool restore_from_signal_frame(const StackCopy& stack, Registers& registers) {
  constexpr Address kContext = 40;
  // By DWARF number, the word of struct sigcontext_64: r8 to r15, di, si, bp, bx, dx, ax, cx, sp, ip.
  constexpr unsigned kWords[kRegisterCount] = {13, 12, 14, 11, 9, 8, 10, 15, 0, 1, 2, 3, 4, 5, 6, 7, 16};
  const Address context = registers[kStackPointer] + kContext;
  Registers saved;
  for (unsigned i = 0; i < kRegisterCount; ++i) {
    uint64_t value = 0;
    if (!stack.read(context + kWords[i] * 8, value)) return false;
    saved.set(i, value);
  }
  registers = saved;
  return true;
}

// The trampoline that a signal handler returns to: mov $15, %rax (or %eax); syscall. C libraries
// such as musl describe it by nothing but its code.
inline constexpr size_t kSignalTrampolineBytes = 9;
inline bool is_signal_trampoline(std::span<const uint8_t> code) {
  constexpr uint8_t kLong[] = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};
  constexpr uint8_t kShort[] = {0xb8, 0x0f, 0, 0, 0, 0x0f, 0x05};
  const auto starts = [&](std::span<const uint8_t> with) {
    return code.size() >= with.size() && std::equal(with.begin(), with.end(), code.begin());
  };
  return starts(kLong) || starts(kShort);
}

// Whether the bytes before a return address can be a call: e8 and four bytes, or ff /2 with two to
// seven bytes in all.
inline constexpr size_t kLongestCall = 7;
inline bool ends_with_call(std::span<const uint8_t> code) {
  const size_t size = code.size();
  if (size >= 5 && code[size - 5] == 0xe8) return true;
  for (size_t length = 2; length <= std::min(size, kLongestCall); ++length) {
    const uint8_t* at = code.data() + (size - length);
    if (at[0] == 0xff && (at[1] & 0x38U) == 0x10U) return true;
  }
  return false;
}

}  // namespace pyspy::machine
