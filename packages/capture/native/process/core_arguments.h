// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "process/core_file.h"

namespace pyspy {

// The command line of the process of a core file, as it stands on its first stack; empty where that
// is not to be found. What the core itself notes of it is cut at 80 bytes, and gdb notes but the
// first word.
std::vector<std::string> read_core_arguments(CoreFile& core);

}  // namespace pyspy
