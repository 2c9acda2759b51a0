// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace pyspy {

// Which namespace a process is in, as the kernel numbers it: `kind` is "pid", "mnt", "user" or
// another of /proc/PID/ns. 0 where that cannot be told.
uint64_t read_namespace(pid_t pid, const char* kind);

}  // namespace pyspy
