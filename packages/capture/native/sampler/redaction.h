// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace pyspy {

// The part of a command line that says what runs, without what it was given: the interpreter, its
// own options, and the script or module. Arguments may hold passwords. The text of `-c` is one.
std::vector<std::string> redacted_command(const std::vector<std::string>& command);

}  // namespace pyspy
