// SPDX-License-Identifier: MIT
#include "process/process_births_linux.h"

#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <string>

#include "base/clock.h"
#include "process/proc.h"

namespace pyspy {
namespace {

// kernel/pid.c: ids start here again after the largest.
constexpr pid_t kFirstReusedId = 300;
// Beyond that many ids since the last look, a list of all processes is cheaper than to try each.
constexpr pid_t kMostTries = 256;
constexpr uint64_t kListNanos = kNanosPerSecond / 10;

UniqueFd open_of_kernel(const char* path) {
  UniqueFd fd = open_readonly(path);
  struct statfs system {};
  if (fd && (::fstatfs(fd.get(), &system) != 0 || system.f_type != PROC_SUPER_MAGIC)) fd.reset();
  return fd;
}

}  // namespace

ProcessBirths::ProcessBirths() : source_(open_of_kernel("/proc/sys/kernel/ns_last_pid")) {
  if (!source_) {
    // Without CONFIG_CHECKPOINT_RESTORE; the last field is the same number.
    source_ = open_of_kernel("/proc/loadavg");
    is_load_average_ = true;
  }
  id_limit_ = static_cast<pid_t>(parse_number(read_whole_file("/proc/sys/kernel/pid_max", 64)));
  last_ = read_last_id();
  if (last_ == 0 || id_limit_ == 0) source_.reset();
}

pid_t ProcessBirths::read_last_id() const {
  char text[128];
  const ssize_t got = ::pread(source_.get(), text, sizeof text, 0);
  if (got <= 0) return 0;
  std::string_view number(text, static_cast<size_t>(got));
  if (is_load_average_) number.remove_prefix(number.rfind(' ') + 1);
  return static_cast<pid_t>(parse_number(number));
}

bool ProcessBirths::is_since_last(pid_t pid, pid_t now) const {
  return last_ <= now ? pid > last_ && pid <= now : pid > last_ || pid <= now;
}

std::vector<pid_t> ProcessBirths::look(uint64_t now_nanos) {
  if (!source_) {
    if (now_nanos < next_list_nanos_) return {};
    next_list_nanos_ = now_nanos + kListNanos;
    return list_processes();
  }
  const pid_t now = read_last_id();
  if (now == last_ || now == 0) return {};
  std::vector<pid_t> born;
  const pid_t count = now > last_ ? now - last_ : id_limit_ - last_ + now;
  if (count > kMostTries) {
    for (const pid_t pid : list_processes()) {
      if (is_since_last(pid, now)) born.push_back(pid);
    }
  } else {
    for (pid_t pid = last_; pid != now;) {
      pid = pid + 1 < id_limit_ ? pid + 1 : kFirstReusedId;
      born.push_back(pid);
      if (static_cast<pid_t>(born.size()) > kMostTries) break;  // an id below the first reused
    }
  }
  last_ = now;
  return born;
}

}  // namespace pyspy
