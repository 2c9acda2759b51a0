// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "agent/sudo_user.h"
#include "base/result.h"

namespace pyspy {

// How a program is started.
struct Launch {
  std::vector<std::string> program;  // and its arguments
  std::optional<SudoUser> user;      // as whom; empty: as ourselves
  bool has_output = true;  // else our standard output is not its own, but our error output
};

// A program started by the agent, as a child with the agent's terminal, input and output.
class LaunchedProgram {
 public:
  // errno of the exec that failed is put into `exec_error`. Error code: kUsage.
  static Result<LaunchedProgram> start(const Launch& launch, int& exec_error);

  pid_t pid() const { return pid_; }

  // True when the program has ended; does not wait.
  bool has_ended();
  // Waits until the program ends, through signals.
  void wait();
  // As waitpid(2) gives it; only when it has ended.
  int wait_status() const { return wait_status_; }
  // What a shell would say: the exit status, or 128 + the signal that ended it.
  int exit_status() const;

 private:
  explicit LaunchedProgram(pid_t pid) : pid_(pid) {}

  pid_t pid_;
  bool ended_ = false;
  int wait_status_ = 0;
};

}  // namespace pyspy
