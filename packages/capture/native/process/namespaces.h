// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace pyspy {

// Which namespace a process is in, as the kernel numbers it: `kind` is "pid", "mnt", "user" or
// another of /proc/PID/ns. 0 where that cannot be told.
uint64_t read_namespace(pid_t pid, const char* kind);

// A line of /proc/PID/status, without its name: "TracerPid" to "4711". Empty where there is none.
std::string read_status_field(pid_t pid, const char* name);

}  // namespace pyspy
