// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "base/result.h"
#include "cpython/runtime.h"
#include "process/remote_memory.h"

namespace pyspy {

// The address of a PyThreadState and of its PyInterpreterState.
struct ThreadAddress {
  Address tstate = 0;
  Address interp = 0;
  bool main = false;
};

struct InterpreterAddress {
  Address interp = 0;
  int64_t id = 0;
  Address gil = 0;        // struct _gil_runtime_state, or the pointer to its holder; 0: none
  Address gil_waits = 0;  // memory that threads wait on for it; 0: not known
  uint32_t gil_waits_size = 0;
  Address collecting = 0;  // an int that is not 0 while garbage is collected; 0: not known
};

// All interpreters of a process and all their threads, newest first.
struct RuntimeThreads {
  std::vector<InterpreterAddress> interpreters;
  std::vector<ThreadAddress> threads;
};

// Walks the lists. Error codes: kNotReady where Python has not started yet or has ended, or where
// the lists do not make sense.
Result<RuntimeThreads> read_threads(const Runtime& runtime, RemoteMemory& memory);

}  // namespace pyspy
