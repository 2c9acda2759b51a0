// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace pyspy {

// How much of what may be private is recorded.
enum class Redaction {
  kDefault,  // command lines up to the script or module
  kNone,     // whole command lines; host name and boot
  kStrict,   // no command lines, and "~" for home directories
};

// What a recording says of a process, and of files.
struct Privacy {
  Redaction redaction = Redaction::kDefault;
  std::vector<std::string> environment;  // names of variables whose values are recorded

  std::vector<std::string> command(const std::vector<std::string>& full) const;
  std::string path(const std::string& full) const;
  std::string control_group(const std::string& full) const;
};

// The part of a command line that says what runs, without what it was given: the interpreter, its
// own options, and the script or module. Arguments may hold passwords. The text of `-c` is one.
std::vector<std::string> redacted_command(const std::vector<std::string>& command);

}  // namespace pyspy
