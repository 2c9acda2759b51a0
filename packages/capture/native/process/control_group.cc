// SPDX-License-Identifier: MIT
#include "process/control_group.h"

#include "base/file.h"

namespace pyspy {

std::string longest_control_group(std::string_view text) {
  std::string_view longest;
  while (!text.empty()) {
    std::string_view path = take_field(text, '\n');
    take_field(path, ':');
    take_field(path, ':');
    if (path.size() > longest.size()) longest = path;
  }
  return std::string(longest);
}

std::string read_control_group(pid_t pid) {
  const std::string name = "/proc/" + std::to_string(pid) + "/cgroup";
  return longest_control_group(read_whole_file(name.c_str()));
}

}  // namespace pyspy
