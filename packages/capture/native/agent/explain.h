// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

namespace pyspy {

// Prints to standard output what stands between the agent and the stacks of a process, step by
// step: who may read whom, namespaces, mapped files, the interpreter and its threads. Nothing is
// recorded, and the process is not stopped. Returns the exit code that a recording would have.
int explain(pid_t pid);

}  // namespace pyspy
