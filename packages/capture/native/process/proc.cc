// SPDX-License-Identifier: MIT
#include "process/proc.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>

#include "base/clock.h"
#include "base/file.h"
#include "process/control_group.h"

namespace pyspy {
namespace {

std::string proc_path(pid_t pid, const char* name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

std::string task_path(pid_t pid, pid_t tid, const char* name) {
  return "/proc/" + std::to_string(pid) + "/task/" + std::to_string(tid) + "/" + name;
}

// include/linux/sched.h
constexpr uint64_t kForkedWithoutExec = 0x40;  // PF_FORKNOEXEC

// A thread is blocked in one of these only while it waits for a child that has its memory.
#ifdef SYS_vfork
constexpr std::array kForkCalls = {long{SYS_vfork}, long{SYS_clone}, long{SYS_clone3}};
#else
constexpr std::array kForkCalls = {long{SYS_clone}, long{SYS_clone3}};
#endif

// Numbers of a line such as "NSpid:\t17\t1" of /proc/PID/status.
std::vector<uint32_t> read_namespace_ids(const std::string& path) {
  const std::string text = read_whole_file(path.c_str());
  std::string_view rest = status_field(text, "NSpid");
  std::vector<uint32_t> ids;
  while (!rest.empty()) ids.push_back(static_cast<uint32_t>(parse_number(take_field(rest, '\t'))));
  return ids;
}

std::vector<std::string> read_command(pid_t pid) {
  const std::string text = read_whole_file(proc_path(pid, "cmdline").c_str());
  std::vector<std::string> command;
  std::string_view rest = text;
  while (!rest.empty()) command.emplace_back(take_field(rest, '\0'));
  // A thread of the kernel has none, nor what has ended or is just executing a program.
  if (command.empty()) command.push_back(read_thread_name(pid, pid));
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

// proc(5): the name in parentheses may itself hold spaces and parentheses, so the fields are
// counted from the last one.
std::optional<ProcessStat> read_process_stat(pid_t pid) {
  const std::string text = read_whole_file(proc_path(pid, "stat").c_str());
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= text.size()) return std::nullopt;
  std::string_view rest = std::string_view(text).substr(name_end + 2);
  int next = 3;
  const auto field = [&](int number) {
    while (next++ < number) take_field(rest, ' ');
    return take_field(rest, ' ');
  };
  ProcessStat stat;
  const std::string_view state = field(3);
  stat.state = state.empty() ? '\0' : state[0];
  stat.parent_pid = static_cast<pid_t>(parse_number(field(4)));
  stat.has_executed = (parse_number(field(9)) & kForkedWithoutExec) == 0;
  const auto per_second = static_cast<uint64_t>(::sysconf(_SC_CLK_TCK));
  stat.start_boot_nanos = parse_number(field(22)) * (kNanosPerSecond / per_second);
  // fs/binfmt_elf.c: the code's place is set when all of a new program is there; its stack is moved
  // before that.
  const bool is_complete = parse_number(field(26)) != 0;
  const uint64_t stack_start = parse_number(field(28));
  stat.stack_start = is_complete ? stack_start : 0;
  stat.exit_code = static_cast<int>(parse_number(field(52)));
  return stat;
}

Status require_proc() {
  if (!read_whole_file("/proc/self/stat").empty()) return Nothing{};
  return Error{ErrorCode::kUnsupported,
               "there is no /proc here, which processes are read through: mount it "
               "(mount -t proc proc /proc), or run the agent outside of this root or container"};
}

Result<ProcessInfo> read_process_info(pid_t pid) {
  const std::optional<ProcessStat> stat = read_process_stat(pid);
  if (!stat) {
    // With hidepid, other users' processes look as if they did not exist; kill(2) tells the truth.
    if (::access("/proc/self/stat", R_OK) != 0) {
      return Error{ErrorCode::kPermission, "/proc is not mounted or not readable"};
    }
    if (::kill(pid, 0) == 0 || errno == EPERM) {
      return Error{ErrorCode::kPermission,
                   "/proc hides process " + std::to_string(pid) + " (it is mounted with hidepid)"};
    }
    return Error{ErrorCode::kNoSuchProcess, "there is no process " + std::to_string(pid)};
  }
  if (stat->has_ended()) {
    const std::string waiting = ", and its parent, " + std::to_string(stat->parent_pid) +
                                ", has not asked how (it is a zombie)";
    return Error{ErrorCode::kNoSuchProcess, "process " + std::to_string(pid) + " has ended" +
                                                (stat->state == 'Z' ? waiting : "")};
  }
  ProcessInfo info;
  info.pid = pid;
  info.parent_pid = stat->parent_pid;
  info.state = stat->state;
  info.start_boot_nanos = stat->start_boot_nanos;
  info.namespace_pids = read_namespace_ids(proc_path(pid, "status"));
  info.command = read_command(pid);
  info.executable = read_executable(pid);
  info.control_group = read_control_group(pid);
  return info;
}

std::string_view status_field(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    std::string_view line = take_field(text, '\n');
    if (take_field(line, ':') != name) continue;
    const size_t start = line.find_first_not_of(" \t");
    return start == std::string_view::npos ? std::string_view() : line.substr(start);
  }
  return {};
}

std::string read_status_field(pid_t pid, std::string_view name) {
  return std::string(status_field(read_whole_file(proc_path(pid, "status").c_str()), name));
}

std::vector<std::string> read_environment(pid_t pid, const std::vector<std::string>& names) {
  const std::string text = read_whole_file(proc_path(pid, "environ").c_str());
  std::vector<std::string> found;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view variable = take_field(rest, '\0');
    const std::string_view name = variable.substr(0, variable.find('='));
    if (std::find(names.begin(), names.end(), name) != names.end()) found.emplace_back(variable);
  }
  return found;
}

bool is_alive(pid_t pid, uint64_t start_boot_nanos) {
  const std::optional<ProcessStat> stat = read_process_stat(pid);
  return stat && !stat->has_ended() && stat->start_boot_nanos == start_boot_nanos;
}

uint64_t process_cpu_nanos(pid_t pid) {
  // clock_getcpuclockid(3), which asks whether the process is there first.
  constexpr unsigned kScheduled = 2;  // CPUCLOCK_SCHED of linux/posix-timers.h
  return clock_nanos(static_cast<clockid_t>(~static_cast<unsigned>(pid) << 3U | kScheduled));
}

std::vector<pid_t> list_processes() {
  std::vector<pid_t> pids;
  for (const std::string& name : list_directory("/proc")) {
    if (const uint64_t pid = parse_number(name)) pids.push_back(static_cast<pid_t>(pid));
  }
  return pids;
}

bool is_in_vfork(pid_t pid) {
  for (const pid_t tid : list_threads(pid)) {
    const std::string text = read_whole_file(task_path(pid, tid, "syscall").c_str(), 256);
    if (text.empty() || text[0] < '0' || text[0] > '9') continue;  // "running"
    const uint64_t call = parse_number(text);
    for (const long of : kForkCalls) {
      if (call == static_cast<uint64_t>(of)) return true;
    }
  }
  return false;
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
