// SPDX-License-Identifier: MIT
#include "cpython/implementations.h"

#include <array>
#include <string_view>

namespace pyspy {
namespace {

struct Implementation {
  std::string_view file;  // what the name of one of its files begins with
  const char* name;
};

constexpr std::array kImplementations = {
    Implementation{"pypy", "PyPy"},
    Implementation{"libpypy", "PyPy"},
    Implementation{"graalpy", "GraalPy"},
    Implementation{"libpythonvm", "GraalPy"},
    Implementation{"rustpython", "RustPython"},
    Implementation{"micropython", "MicroPython"},
    Implementation{"circuitpython", "CircuitPython"},
    Implementation{"jython", "Jython"},
};

}  // namespace

const char* other_implementation(const std::vector<MappedFile>& files) {
  for (const MappedFile& file : files) {
    const std::string_view path = file.path;
    const std::string_view name = path.substr(path.rfind('/') + 1);
    for (const Implementation& known : kImplementations) {
      if (name.starts_with(known.file)) return known.name;
    }
  }
  return nullptr;
}

}  // namespace pyspy
