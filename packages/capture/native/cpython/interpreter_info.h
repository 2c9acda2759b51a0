// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cpython/objects.h"

namespace pyspy {

// What the sys module says of an interpreter. All of it may be missing while Python starts up.
struct InterpreterInfo {
  uint32_t hex_version = 0;           // PY_VERSION_HEX
  std::string version;                // "3.11.7"
  std::string implementation;         // "cpython"
  std::vector<std::string> prefixes;  // prefix, base_prefix, ...: each directory once
  std::string library_directory;      // platlibdir: "lib", or "lib64"; 3.9+
};

InterpreterInfo read_interpreter_info(ObjectReader& objects, Address interp);

}  // namespace pyspy
