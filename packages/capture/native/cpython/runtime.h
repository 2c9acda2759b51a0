// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "cpython/layout.h"
#include "process/memory_map.h"
#include "process/remote_memory.h"

namespace pyspy {

// Where a process keeps its interpreter.
struct Runtime {
  Address address = 0;  // of _PyRuntime
  Layout layout;
  std::string file;  // that holds it, as the process sees it: an executable or a libpython
};

// Finds the interpreter of a process by the section .PyRuntime or the symbol _PyRuntime of a file
// it has mapped. Error codes: kNotPython, kUnsupported, kPermission.
Result<Runtime> find_runtime(pid_t pid, RemoteMemory& memory,
                             const std::vector<MappedRegion>& regions);

// The address of a PyThreadState and of its PyInterpreterState.
struct ThreadAddress {
  Address tstate = 0;
  Address interp = 0;
  bool main = false;
};

struct InterpreterAddress {
  Address interp = 0;
  int64_t id = 0;
  Address gil = 0;  // struct _gil_runtime_state; 0: none
};

// All interpreters of a process and all their threads, newest first.
struct RuntimeThreads {
  std::vector<InterpreterAddress> interpreters;
  std::vector<ThreadAddress> threads;
};

// Walks the lists. Error codes: kNotReady where Python has not started yet or has ended,
// kUnsupported where the lists do not make sense.
Result<RuntimeThreads> read_threads(const Runtime& runtime, RemoteMemory& memory);

}  // namespace pyspy
