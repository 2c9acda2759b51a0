// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace pyspy {

// The name of a capture that was given none: "app-20261122-140102Z.pspy", in UTC. `pid` stands for
// a program without a name.
std::string default_output(const std::vector<std::string>& command, pid_t pid);

}  // namespace pyspy
