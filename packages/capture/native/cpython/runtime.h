// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "base/explanation.h"
#include "base/result.h"
#include "cpython/layout.h"
#include "process/mappings.h"
#include "process/remote_memory.h"

namespace pyspy {

// How an interpreter was found: the surest first.
enum class FoundBy {
  kSection,  // .PyRuntime
  kSymbol,
  kCode,  // of PyInterpreterState_Head(), before 3.7
  kScan,  // of a module's variables
};

// Where a process keeps its interpreter. Addresses of variables; 0: there is none, or it is not
// known.
struct Runtime {
  Address address = 0;            // of _PyRuntime; before 3.7 of interp_head
  Address interpreters_head = 0;  // of the pointer to the newest interpreter
  // The one GIL of all interpreters, up to 3.11: a structure as in `layout`, and the memory that
  // threads wait on for it.
  Address gil = 0;
  Address gil_waits = 0;
  uint32_t gil_waits_size = 0;
  Address gil_lock_pointer = 0;  // 2.7: of the pointer to that memory
  Address gc_collecting = 0;     // an int, up to 3.8
  Layout layout;
  std::string file;  // that holds it, as the process sees it: an executable or a libpython
  FoundBy found_by = FoundBy::kSection;
};

// From 3.7 on everything stands in _PyRuntime.
Runtime runtime_at(Address address, const Layout& layout);

// How far to look for an interpreter. To scan all variables takes tens of milliseconds of CPU, and
// finds nothing in one that is only starting.
enum class Effort { kSymbols, kScan };

// Finds the interpreter of a process. `explanation`, where given, is told each step. Error codes:
// kNotPython, kUnsupported, kPermission, and kNotReady where an interpreter does not say its
// version yet.
Result<Runtime> find_runtime(const Mappings& mappings, RemoteMemory& memory,
                             const std::vector<MappedRegion>& regions, Effort effort,
                             Explanation* explanation = nullptr);

// "CPython 3.8", or "CPython 3.8.18" where more is known.
std::string version_name(uint32_t hex_version);

}  // namespace pyspy
