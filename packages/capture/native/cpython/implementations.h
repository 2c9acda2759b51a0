// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "process/memory_map.h"

namespace pyspy {

// The name of a Python that is not CPython, by the files that a process has mapped: "PyPy". Null
// where none is known by them.
const char* other_implementation(const std::vector<MappedFile>& files);

}  // namespace pyspy
