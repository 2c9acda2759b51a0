// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "base/file.h"
#include "base/result.h"

namespace pyspy {

// Tells when a process that need not be a child ends, and how.
//
// A pidfd (Linux 5.3) becomes readable at its end, and belongs to this one process whoever gets
// its id later. How it ended is told to a parent; to whoever may trace it until its parent has
// asked; and from Linux 6.15 on to everyone who holds a pidfd.
class ExitWatch {
 public:
  // `start_boot_nanos`: of the process that is meant.
  ExitWatch(pid_t pid, uint64_t start_boot_nanos);

  // A thread is no process, and what has ended cannot be watched; only with a pidfd is that told.
  bool is_open() const { return pidfd_ || !has_pidfds_; }
  // To be polled for reading; -1 on older kernels.
  int fd() const { return pidfd_.get(); }

  bool has_ended() const;
  // As waitpid(2) gives it; empty where nobody tells. Only once it has ended.
  std::optional<int> wait_status() const;
  // Sends a signal to it, and to nobody who got its id later.
  void send(int signal) const;
  // A child of ours that has ended is forgotten by the kernel.
  void reap() const;

 private:
  pid_t pid_;
  uint64_t start_boot_nanos_;
  bool has_pidfds_ = true;
  UniqueFd pidfd_;
};

// Why an id cannot be watched that /proc knows.
inline Error not_a_process(pid_t pid) {
  return {ErrorCode::kNoSuchProcess,
          std::to_string(pid) + " is a thread, or has ended: it is no process"};
}

}  // namespace pyspy
