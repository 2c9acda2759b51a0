// SPDX-License-Identifier: MIT
//
// A program is stepped through, instruction by instruction, and its stack unwound at each. Which
// stack is the right one is known from the calls and returns that it has made.
#include "unwind/unwinder.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <string>

#include "process/live_memory_linux.h"
#include "process/memory_map.h"
#include "unwind/code_map.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

// --- What is stepped through -------------------------------------------------------------------

volatile int sink;

__attribute__((noinline)) int leaf(int value) { return value * 3 + 1; }

__attribute__((noinline)) int with_variable_frame(int size) {
  auto* bytes = static_cast<char*>(__builtin_alloca(static_cast<size_t>(size)));
  std::memset(bytes, size, static_cast<size_t>(size));
  return leaf(bytes[size / 2]);
}

__attribute__((noinline)) int with_aligned_frame(int value) {
  alignas(64) volatile int numbers[32];
  for (int i = 0; i < 32; ++i) numbers[i] = leaf(value + i);
  return numbers[value & 31];
}

__attribute__((noinline)) int recursive(int depth) {
  return depth == 0 ? leaf(1) : recursive(depth - 1) + depth;
}

__attribute__((noinline)) void thrower(int value) {
  std::string held(40, 'x');
  if (value > 0) throw std::runtime_error(held);
}

__attribute__((noinline)) int catcher() {
  try {
    thrower(sink + 1);
  } catch (const std::exception& error) {
    return error.what()[0];
  }
  return 0;
}

int by_value(const void* a, const void* b) {
  return leaf(*static_cast<const int*>(a)) - leaf(*static_cast<const int*>(b));
}

void on_signal(int) { sink = sink + leaf(7); }

// Jumps instead of calling where the optimiser does.
__attribute__((noinline)) int tail_call(int value) { return recursive(value & 3); }

void walk_through() {
  sink = 0;
  sink = recursive(12) + with_variable_frame(100) + with_aligned_frame(5) + tail_call(6);
  int numbers[] = {5, 3, 9, 1, 7, 2, 8};
  std::qsort(numbers, std::size(numbers), sizeof numbers[0], by_value);
  ::signal(SIGUSR1, on_signal);
  ::raise(SIGUSR1);
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);  // in the vDSO
  sink = sink + catcher();
}

// --- The oracle --------------------------------------------------------------------------------

// The return addresses that are on the stack, and where: known from what the program did.
class ShadowStack {
 public:
  struct Entry {
    Address slot = 0;  // where the address lies; for a signal, the interrupted stack pointer
    Address instruction = 0;
    bool interrupted = false;
  };

  void called(Address slot, Address return_address) { entries_.push_back({slot, return_address}); }
  void interrupted(Address stack_pointer, Address instruction) {
    entries_.push_back({stack_pointer, instruction, true});
  }
  // Returns, and exceptions, give up what lies below the stack pointer.
  void moved_to(Address stack_pointer) {
    while (!entries_.empty() && entries_.back().slot < stack_pointer &&
           !(entries_.back().interrupted && stack_pointer <= entries_.back().slot)) {
      entries_.pop_back();
    }
  }
  void returned_from_signal() {
    while (!entries_.back().interrupted) entries_.pop_back();
    entries_.pop_back();
  }
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

machine::Registers registers_of(pid_t pid) {
  user_regs_struct regs{};
  EXPECT_EQ(::ptrace(PTRACE_GETREGS, pid, nullptr, &regs), 0);
  return machine::from_ptrace(regs);
}

bool is_call(const uint8_t* code) {
  if (code[0] == 0xe8) return true;
  const size_t prefix = (code[0] & 0xf0U) == 0x40 ? 1 : 0;
  return code[prefix] == 0xff && (code[prefix + 1] & 0x38U) == 0x10U;
}

constexpr uint64_t kSigreturn = 15;

class Stepper {
 public:
  explicit Stepper(pid_t pid)
 : pid_(pid), mappings_(pid), memory_(pid), code_(mappings_, memory_, files_) {
    const auto regions = mappings_.regions();
    if (!regions) return;
    code_.refresh(*regions);
    for (const MappedRegion& region : *regions) {
      if (region.path == "[stack]") stack_end_ = region.end;
    }
  }

  // False when the program has ended.
  bool step();
  // Empty where the unwound stack is the real one.
  std::string check();

  Address instruction() const { return registers_[machine::kReturnAddress]; }
  uint64_t steps() const { return steps_; }
  uint64_t signals() const { return signals_; }
  bool saw_vdso() const { return saw_vdso_; }
  // Takes over the calls that were made before.
  void start();

 private:
  void unwind_now();

  pid_t pid_;
  LiveMappings mappings_;
  LiveMemory memory_;
  NativeFiles files_;
  CodeMap code_;
  Address stack_end_ = 0;
  machine::Registers registers_;
  ShadowStack shadow_;
  std::vector<NativeFrame> frames_;
  std::vector<uint8_t> stack_bytes_;
  UnwindEnd end_ = UnwindEnd::kNoRule;
  uint64_t steps_ = 0;
  uint64_t signals_ = 0;
  bool saw_vdso_ = false;
};

void Stepper::unwind_now() {
  const Address start = registers_[machine::kStackPointer] - machine::kRedZoneBytes;
  stack_bytes_.resize(stack_end_ - start);
  ASSERT_TRUE(memory_.read(start, stack_bytes_.data(), stack_bytes_.size()));
  end_ = unwind(registers_, {start, stack_bytes_}, code_, frames_);
}

void Stepper::start() {
  registers_ = registers_of(pid_);
  unwind_now();
  EXPECT_EQ(end_, UnwindEnd::kComplete);
  EXPECT_GT(frames_.size(), 5U);
  // What was called before anybody looked.
  for (size_t i = frames_.size() - 1; i-- > 0;) {
    shadow_.called(frames_[i].cfa - 8, frames_[i + 1].instruction);
  }
}

bool Stepper::step() {
  std::array<uint8_t, 16> code{};
  memory_.read(instruction(), code.data(), code.size());
  const machine::Registers before = registers_;
  ::ptrace(PTRACE_SINGLESTEP, pid_, nullptr, nullptr);
  int status = 0;
  EXPECT_EQ(::waitpid(pid_, &status, 0), pid_);
  if (!WIFSTOPPED(status)) return false;
  if (WSTOPSIG(status) != SIGTRAP) {
    // A signal for the program: its handler is entered by the next step.
    EXPECT_EQ(WSTOPSIG(status), SIGUSR1);
    registers_ = registers_of(pid_);
    shadow_.interrupted(registers_[machine::kStackPointer], instruction());
    ++signals_;
    ::ptrace(PTRACE_SINGLESTEP, pid_, nullptr, SIGUSR1);
    EXPECT_EQ(::waitpid(pid_, &status, 0), pid_);
    registers_ = registers_of(pid_);
    Address trampoline = 0;
    const Address slot = registers_[machine::kStackPointer];
    EXPECT_TRUE(memory_.read_value(slot, trampoline));
    shadow_.called(slot, trampoline);
    ++steps_;
    return true;
  }
  registers_ = registers_of(pid_);
  ++steps_;
  const bool is_system_call = code[0] == 0x0f && code[1] == 0x05;
  if (is_system_call && before[0] == kSigreturn) {
    shadow_.returned_from_signal();
    return true;
  }
  const Address stack_pointer = registers_[machine::kStackPointer];
  if (is_call(code.data()) && stack_pointer == before[machine::kStackPointer] - 8) {
    Address return_address = 0;
    EXPECT_TRUE(memory_.read_value(stack_pointer, return_address));
    shadow_.called(stack_pointer, return_address);
  } else {
    shadow_.moved_to(stack_pointer);
  }
  return true;
}

std::string Stepper::check() {
  unwind_now();
  std::vector<Address> expected = {instruction()};
  const auto& entries = shadow_.entries();
  for (size_t i = entries.size(); i-- > 0;) expected.push_back(entries[i].instruction);
  std::vector<Address> got;
  for (const NativeFrame& frame : frames_) got.push_back(frame.instruction);
  const CodeRange* here = frames_[0].code;
  saw_vdso_ |= here != nullptr && here->file != nullptr && here->file->path() == "[vdso]";
  if (got == expected && end_ == UnwindEnd::kComplete) return "";
  char text[160];
  const Address bias = here == nullptr ? 0 : here->bias;
  std::snprintf(text, sizeof text, "step %lu at %lx of %s: %zu frames, expected %zu, end %d",
                steps_, instruction() - bias,
                here != nullptr && here->file != nullptr ? here->file->path().c_str() : "?",
                got.size(), expected.size(), static_cast<int>(end_));
  return text;
}

pid_t start_child() {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  ::raise(SIGSTOP);
  walk_through();
  ::_exit(0);
}

TEST(Unwinder, IsRightAtEveryInstruction) {
  const pid_t child = start_child();
  ASSERT_GT(child, 0);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSTOPPED(status));
  Stepper stepper(child);
  stepper.start();
  constexpr uint64_t kMostSteps = 3'000'000;
  uint64_t wrong = 0;
  uint64_t throwing = 0;
  std::string first;
  while (stepper.step() && stepper.steps() < kMostSteps) {
    const std::string problem = stepper.check();
    if (problem.empty()) continue;
    if (problem.find("libgcc_s") != std::string::npos) {
      ++throwing;
    } else if (wrong++ < 20) {
      first += problem + "\n";
    }
  }
  EXPECT_EQ(wrong, 0U) << first;
  // While an exception is thrown, libgcc writes the registers of the function that catches it over
  // those that it has saved for its caller: for some fifty instructions nobody can tell what the
  // caller's were. It does so twice: for what is destroyed on the way, and for the handler.
  // A build with sanitizers destroys more on the way.
  EXPECT_LT(throwing, 1000U);
  EXPECT_GT(stepper.steps(), 5000U);
  EXPECT_EQ(stepper.signals(), 1U);
  EXPECT_TRUE(stepper.saw_vdso());
  RecordProperty("instructions", std::to_string(stepper.steps()));
  ::kill(child, SIGKILL);
}

}  // namespace
}  // namespace pyspy
