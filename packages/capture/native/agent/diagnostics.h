// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace pyspy {

// Exit codes of pyspy-capture and pyspy-analyze: docs/exit-codes.md.
enum ExitCode : int {
  kExitOk = 0,
  kExitInternal = 1,
  kExitUsage = 2,
  kExitInput = 3,
  kExitPermission = 5,
  kExitTarget = 6,
  kExitMismatch = 7,
  kExitOutput = 8,
  // When a program is launched its own exit status is passed on, so failures of ours have codes
  // that programs do not use, as in env(1) and timeout(1).
  kExitLaunchFailure = 125,
  kExitNotExecutable = 126,
  kExitNotFound = 127,
};

int exit_code(const Error& error);

// What the user can do about an error; empty where there is nothing to say.
std::string advice(const Error& error, pid_t pid);

}  // namespace pyspy
