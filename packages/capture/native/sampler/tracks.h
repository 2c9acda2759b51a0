// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "cpython/interpreter_info.h"
#include "cpython/layout.h"
#include "cpython/stack_reader.h"
#include "process/proc.h"

namespace pyspy {

// A process as the recorder knows it. Its table entry is written again in each chunk in which one
// of its threads is seen.
struct ProcessTrack {
  ProcessInfo info;
  bool is_python = false;  // else the members about it are empty
  InterpreterInfo python;
  Layout layout;
  uint32_t exec_count = 0;
  std::string worker_name;               // see read_worker_name(); empty: it is none
  std::vector<std::string> environment;  // "NAME=value", as far as it is recorded

  uint64_t chunk = 0;  // in which `id` holds
  uint32_t id = 0;
};

// A thread as the recorder knows it.
struct ThreadTrack {
  pid_t tid = 0;
  uint64_t namespace_tid = 0;
  uint64_t python_id = 0;
  std::string python_name;
  std::string os_name;
  bool main = false;
  int64_t interpreter_id = 0;

  uint64_t chunk = 0;  // in which `id` and `stack_ids` hold
  uint32_t id = 0;

  // The last stack, root first, with the id of the stack that each frame is the innermost of:
  // what has not changed is not looked up again. An address may have come to hold other code, so
  // the ids of the code objects are compared too.
  std::vector<RawFrame> stack;
  std::vector<uint32_t> stack_codes;
  std::vector<uint32_t> stack_ids;

  uint32_t native_stack_id = 0;

  // The last state, with its id: it seldom changes.
  uint32_t state_flags = 0;
  uint32_t os_state = 0;
  int32_t syscall = -1;
  uint32_t state_id = 0;  // 0: not known in this chunk

  bool cpu_known = false;
  uint64_t cpu_nanos = 0;  // at the last observation

  // To be called when what the table entry says has changed.
  void renew() { chunk = 0; }
};

}  // namespace pyspy
