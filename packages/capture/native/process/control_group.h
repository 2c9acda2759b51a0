// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace pyspy {

// The control group of a process, "/system.slice/shop.service", as the reader's own cgroup
// namespace sees it: the longest path in its hierarchies, since those in which nobody made a group
// say "/". Empty where it cannot be told.
std::string read_control_group(pid_t pid);

// The same of the text of a /proc/PID/cgroup: lines "ID:CONTROLLERS:PATH", see cgroups(7).
std::string longest_control_group(std::string_view text);

}  // namespace pyspy
