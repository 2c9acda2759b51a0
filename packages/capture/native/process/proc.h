// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pyspy {

// /proc/PID/stat, as far as it is used here.
struct ProcessStat {
  char state = 0;  // letter of proc(5), 'Z' for a zombie
  pid_t parent_pid = 0;
  uint64_t start_boot_nanos = 0;  // since boot, in steps of 10 ms; with the pid: the process
  bool has_executed = false;      // a program of its own, since it was forked
  // Of the program: another one has its stack elsewhere. 0 while there is none, as at the end and
  // during exec, and without the permission to trace.
  uint64_t stack_start = 0;
  int exit_code = 0;  // as waitpid(2) gives it, of a zombie; 0 without the permission to trace

  bool has_ended() const { return state == 'Z' || state == 'X'; }
};

// Empty where there is no such process, or thread.
std::optional<ProcessStat> read_process_stat(pid_t pid);

// What /proc says of a process. A snapshot: the process may have ended since.
struct ProcessInfo {
  pid_t pid = 0;
  pid_t parent_pid = 0;
  char state = 0;                        // letter of proc(5), 'Z' for a zombie
  uint64_t start_boot_nanos = 0;         // since boot; with the pid it identifies the process
  std::vector<uint32_t> namespace_pids;  // outermost first; more than one in a nested namespace
  std::vector<std::string> command;      // argv
  std::string executable;                // as the process's own root sees it; empty: not readable
  std::string control_group;             // see read_control_group()
};

// An error (kUnsupported) where this process does not find itself in /proc: every other one would
// seem to be gone.
Status require_proc();

// Error codes: kNoSuchProcess, kPermission.
Result<ProcessInfo> read_process_info(pid_t pid);

// The value of a line of the text of /proc/PID/status: of "TracerPid:\t4711", "4711". Empty where
// there is no such line.
std::string_view status_field(std::string_view text, std::string_view name);

// That of a process; empty too where it has ended.
std::string read_status_field(pid_t pid, std::string_view name);

// The variables with these names that the program was started with, as "NAME=value".
std::vector<std::string> read_environment(pid_t pid, const std::vector<std::string>& names);

// True while the process exists, runs or sleeps, and was started at that time. A zombie has ended.
bool is_alive(pid_t pid, uint64_t start_boot_nanos);

// CPU time of a process with all its threads; 0 where it has ended. Costs 0.2 microseconds, needs
// no permission, and is exact: where it has not grown, nothing in the process has changed.
uint64_t process_cpu_nanos(pid_t pid);

// Ids of all processes, in no order.
std::vector<pid_t> list_processes();

// True while a thread of the process waits for a child that it made by vfork(2), or as
// posix_spawn(3) does: the child has its parent's memory until it executes a program.
bool is_in_vfork(pid_t pid);

// Kernel ids of the process's threads; empty when it has ended.
std::vector<pid_t> list_threads(pid_t pid);

// The kernel's name of a thread (comm), empty when it has ended.
std::string read_thread_name(pid_t pid, pid_t tid);

// The id of a thread in its innermost pid namespace; `tid` itself where that cannot be told.
pid_t read_namespace_tid(pid_t pid, pid_t tid);

}  // namespace pyspy
