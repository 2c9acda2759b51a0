// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include "base/file.h"
#include "process/remote_memory.h"

namespace pyspy {

// Memory of a running process by process_vm_readv(2). Needs the permission that ptrace(2) needs,
// and neither attaches nor stops.
class LiveMemory final : public RemoteMemory {
 public:
  explicit LiveMemory(pid_t pid);

  bool read(Address address, void* destination, size_t length) override;
  bool read(ReadPlan& plan) override;

  // False when the process has ended, or has replaced its program (execve(2)), since this was made:
  // then what was read since may be of either program. `address` is one that the first program had.
  bool is_of_same_program(Address address) const;

  // errno of the last read that failed: ESRCH (gone), EPERM (not allowed), EFAULT (not mapped).
  int last_error() const { return last_error_; }

 private:
  pid_t pid_;
  UniqueFd first_program_;
  int last_error_ = 0;
};

}  // namespace pyspy
