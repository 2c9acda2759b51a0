// SPDX-License-Identifier: MIT
#include "process/namespaces.h"

#include <sys/stat.h>

#include <string>

namespace pyspy {

uint64_t read_namespace(pid_t pid, const char* kind) {
  const std::string path = "/proc/" + std::to_string(pid) + "/ns/" + kind;
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 ? found.st_ino : 0;
}

}  // namespace pyspy
