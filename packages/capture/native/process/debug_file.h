// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "process/elf_file.h"

namespace pyspy {

// Opens the separate debug file of a program or library: where distributions put it by its build id
// (.build-id/ab/cdef.debug), or by the name in .gnu_debuglink beside it, in .debug/ and below
// /usr/lib/debug. `root`: the file root that `path` refers to, such as /proc/PID/root; our own is
// looked at too. Empty where there is none, or none that is this file's: the build id decides,
// without one the checksum of the link.
std::optional<ElfFile> open_debug_file(const ElfFile& elf, std::string_view root,
                                       std::string_view path);

}  // namespace pyspy
