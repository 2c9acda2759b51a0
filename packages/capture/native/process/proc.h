// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace pyspy {

// What /proc says of a process. A snapshot: the process may have ended since.
struct ProcessInfo {
  pid_t pid = 0;
  pid_t parent_pid = 0;
  char state = 0;                        // letter of proc(5), 'Z' for a zombie
  uint64_t start_boot_nanos = 0;         // since boot; with the pid it identifies the process
  std::vector<uint32_t> namespace_pids;  // outermost first; more than one in a nested namespace
  std::vector<std::string> command;      // argv
  std::string executable;                // as the process's own root sees it; empty: not readable
};

// Error codes: kNoSuchProcess, kPermission.
Result<ProcessInfo> read_process_info(pid_t pid);

// True while the process exists, runs or sleeps, and was started at that time. A zombie has ended.
bool is_alive(pid_t pid, uint64_t start_boot_nanos);

// Kernel ids of the process's threads; empty when it has ended.
std::vector<pid_t> list_threads(pid_t pid);

// The kernel's name of a thread (comm), empty when it has ended.
std::string read_thread_name(pid_t pid, pid_t tid);

// The id of a thread in its innermost pid namespace; `tid` itself where that cannot be told.
pid_t read_namespace_tid(pid_t pid, pid_t tid);

}  // namespace pyspy
