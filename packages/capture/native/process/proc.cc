// SPDX-License-Identifier: MIT
#include "process/proc.h"

#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>

#include "base/clock.h"
#include "base/file.h"

namespace pyspy {
namespace {

std::string proc_path(pid_t pid, const char* name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

std::string task_path(pid_t pid, pid_t tid, const char* name) {
  return "/proc/" + std::to_string(pid) + "/task/" + std::to_string(tid) + "/" + name;
}

struct Stat {
  char state = 0;
  pid_t parent_pid = 0;
  uint64_t start_boot_nanos = 0;
};

// /proc/PID/stat, proc(5): the name in parentheses may itself hold spaces and parentheses, so the
// fields are counted from the last one.
bool read_stat(pid_t pid, Stat& stat) {
  const std::string text = read_whole_file(proc_path(pid, "stat").c_str());
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= text.size()) return false;
  std::string_view rest = std::string_view(text).substr(name_end + 2);
  stat.state = take_field(rest, ' ')[0];  // field 3
  stat.parent_pid = static_cast<pid_t>(parse_number(take_field(rest, ' ')));
  for (int field = 5; field < 22; ++field) take_field(rest, ' ');
  const uint64_t ticks = parse_number(take_field(rest, ' '));  // field 22, starttime
  const auto per_second = static_cast<uint64_t>(::sysconf(_SC_CLK_TCK));
  stat.start_boot_nanos = ticks * (kNanosPerSecond / per_second);
  return true;
}

// Numbers of a line such as "NSpid:\t17\t1" of /proc/PID/status.
std::vector<uint32_t> read_namespace_ids(const std::string& path) {
  const std::string text = read_whole_file(path.c_str());
  std::vector<uint32_t> ids;
  std::string_view rest = text;
  while (!rest.empty()) {
    std::string_view line = take_field(rest, '\n');
    if (!line.starts_with("NSpid:")) continue;
    take_field(line, '\t');
    while (!line.empty())
      ids.push_back(static_cast<uint32_t>(parse_number(take_field(line, '\t'))));
    break;
  }
  return ids;
}

std::vector<std::string> read_command(pid_t pid) {
  const std::string text = read_whole_file(proc_path(pid, "cmdline").c_str());
  std::vector<std::string> command;
  std::string_view rest = text;
  while (!rest.empty()) command.emplace_back(take_field(rest, '\0'));
  return command;
}

std::string read_link(const std::string& path) {
  char target[PATH_MAX];
  const ssize_t length = ::readlink(path.c_str(), target, sizeof target);
  return length > 0 ? std::string(target, static_cast<size_t>(length)) : std::string();
}

// The kernel gives the path from our own root, where that reaches the process's.
std::string read_executable(pid_t pid) {
  std::string executable = read_link(proc_path(pid, "exe"));
  const std::string root = read_link(proc_path(pid, "root"));
  if (root.size() > 1 && executable.starts_with(root + "/")) executable.erase(0, root.size());
  return executable;
}

}  // namespace

Result<ProcessInfo> read_process_info(pid_t pid) {
  Stat stat;
  if (!read_stat(pid, stat)) {
    // With hidepid, other users' processes look as if they did not exist; kill(2) tells the truth.
    if (::access("/proc/self/stat", R_OK) != 0) {
      return Error{ErrorCode::kPermission, "/proc is not mounted or not readable"};
    }
    return Error{ErrorCode::kNoSuchProcess, "there is no process " + std::to_string(pid)};
  }
  if (stat.state == 'Z' || stat.state == 'X') {
    return Error{ErrorCode::kNoSuchProcess, "process " + std::to_string(pid) + " has ended"};
  }
  ProcessInfo info;
  info.pid = pid;
  info.parent_pid = stat.parent_pid;
  info.state = stat.state;
  info.start_boot_nanos = stat.start_boot_nanos;
  info.namespace_pids = read_namespace_ids(proc_path(pid, "status"));
  info.command = read_command(pid);
  info.executable = read_executable(pid);
  return info;
}

bool is_alive(pid_t pid, uint64_t start_boot_nanos) {
  Stat stat;
  return read_stat(pid, stat) && stat.state != 'Z' && stat.state != 'X' &&
         stat.start_boot_nanos == start_boot_nanos;
}

std::vector<pid_t> list_threads(pid_t pid) {
  std::vector<pid_t> tids;
  for (const std::string& name : list_directory(proc_path(pid, "task").c_str())) {
    tids.push_back(static_cast<pid_t>(parse_number(name)));
  }
  return tids;
}

std::string read_thread_name(pid_t pid, pid_t tid) {
  std::string name = read_whole_file(task_path(pid, tid, "comm").c_str(), 64);
  if (!name.empty() && name.back() == '\n') name.pop_back();
  return name;
}

pid_t read_namespace_tid(pid_t pid, pid_t tid) {
  const std::vector<uint32_t> ids = read_namespace_ids(task_path(pid, tid, "status"));
  return ids.empty() ? tid : static_cast<pid_t>(ids.back());
}

}  // namespace pyspy
