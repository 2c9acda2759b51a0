// SPDX-License-Identifier: MIT
#include "process/namespaces.h"

#include <sys/stat.h>

#include <string_view>

#include "base/file.h"

namespace pyspy {

uint64_t read_namespace(pid_t pid, const char* kind) {
  const std::string path = "/proc/" + std::to_string(pid) + "/ns/" + kind;
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 ? found.st_ino : 0;
}

std::string read_status_field(pid_t pid, const char* name) {
  const std::string text = read_whole_file(("/proc/" + std::to_string(pid) + "/status").c_str());
  std::string_view rest = text;
  while (!rest.empty()) {
    std::string_view line = take_field(rest, '\n');
    if (take_field(line, ':') != name) continue;
    const size_t start = line.find_first_not_of(" \t");
    return start == std::string_view::npos ? "" : std::string(line.substr(start));
  }
  return "";
}

}  // namespace pyspy
