// SPDX-License-Identifier: MIT
//
// For tests only: unwinds threads that somebody else has stopped, for instance a debugger.
//
//   unwind_probe PID < registers
//
// Each line has the registers of one thread, hexadecimal, by their DWARF numbers. The answer is a line
// as well: 1 where the stack is whole, else 0, and the instruction of each frame, innermost first.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

#include "base/clock.h"
#include "process/live_memory_linux.h"
#include "unwind/native_stacks.h"

int main(int argc, char** argv) {
  using namespace pyspy;
  if (argc != 2) return 2;
  const auto pid = static_cast<pid_t>(std::strtol(argv[1], nullptr, 10));
  LiveMemory memory(pid);
  NativeFiles files;
  const LiveMappings mappings(pid);
  NativeStacks stacks(mappings, memory, files);
  std::vector<NativeFrame> frames;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    machine::Registers registers;
    for (unsigned i = 0; i < machine::kRegisterCount; ++i) {
      Address value = 0;
      words >> std::hex >> value;
      registers.set(i, value);
    }
    const uint64_t now = monotonic_nanos();
    const auto extent = stacks.extent(registers[machine::kStackPointer], 0, now);
    std::vector<uint8_t> bytes(extent.length);
    if (!memory.read(extent.start, bytes.data(), bytes.size())) bytes.clear();
    const UnwindEnd end = stacks.unwind_copy(registers, {extent.start, bytes}, frames, now);
    std::printf("%d", end == UnwindEnd::kComplete);
    for (const NativeFrame& frame : frames) std::printf(" %lx", frame.instruction);
    std::printf("\n");
    std::fflush(stdout);
  }
}
