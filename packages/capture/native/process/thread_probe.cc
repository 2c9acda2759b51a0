// SPDX-License-Identifier: MIT
#include "process/thread_probe.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>

namespace pyspy {
namespace {

// Reads the beginning of a kept-open file of /proc.
std::string_view read_start(const UniqueFd& fd, char* buffer, size_t size) {
  if (!fd) return {};
  errno = 0;
  const ssize_t got = ::pread(fd.get(), buffer, size, 0);
  return got > 0 ? std::string_view(buffer, static_cast<size_t>(got)) : std::string_view();
}

}  // namespace

ThreadProbe::ThreadProbe(pid_t pid, pid_t tid) {
  const std::string base = "/proc/" + std::to_string(pid) + "/task/" + std::to_string(tid);
  syscall_ = open_readonly((base + "/syscall").c_str());
  schedstat_ = open_readonly((base + "/schedstat").c_str());
}

bool ThreadProbe::read_cpu_time(ThreadStatus& status) const {
  char buffer[96];
  std::string_view text = read_start(schedstat_, buffer, sizeof buffer);
  if (text.empty() && schedstat_ && errno == ESRCH) return false;
  status.cpu_nanos = parse_number(take_field(text, ' '));
  // A kernel that does not count says that it is 0.
  status.cpu_known = status.cpu_nanos != 0;
  take_field(text, ' ');  // time that it waited for a CPU
  status.time_slices = parse_number(text);
  return true;
}

bool ThreadProbe::read_call(ThreadStatus& status) const {
  char buffer[256];
  std::string_view text = read_start(syscall_, buffer, sizeof buffer);
  if (text.empty() && syscall_ && errno == ESRCH) return false;
  status.known = !text.empty();
  // "running", or "202 0x7f.. 0x80 ... sp pc", or "-1 sp pc" when blocked outside a call.
  status.runnable = text.starts_with('r');
  status.syscall = -1;
  status.first_argument = status.stack_pointer = status.instruction = 0;
  if (!status.known || status.runnable) return true;
  const std::string_view call = take_field(text, ' ');
  std::array<Address, 8> values{};  // six arguments, stack pointer, instruction
  size_t count = 0;
  while (count < values.size() && text.starts_with("0x")) {
    std::string_view value = take_field(text, ' ');
    values[count++] = parse_number(value.substr(2), 16);
  }
  if (count >= 2) {
    status.stack_pointer = values[count - 2];
    status.instruction = values[count - 1];
  }
  if (!call.starts_with('-')) {
    status.syscall = static_cast<int32_t>(parse_number(call));
    status.first_argument = values[0];
  }
  return true;
}

bool ThreadProbe::read(ThreadStatus& status) const {
  const bool was_known = status.known && status.cpu_known;
  const uint64_t cpu_before = status.cpu_nanos;
  const uint64_t slices_before = status.time_slices;
  if (!read_cpu_time(status)) return false;
  if (was_known && status.cpu_nanos == cpu_before && status.time_slices == slices_before) {
    return true;
  }
  return read_call(status);
}

}  // namespace pyspy
