// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <array>

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

  // Tells, without a call of its own, of which program a plan was read: add_mark() adds a region to
  // it, and has_mark() is true when that holds what it did in the program which this was made for.
  // All of a plan is read of one program, unless it is read in more than one call. Where this
  // returns false nothing is known.
  void add_mark(ReadPlan& plan);
  bool has_mark(const ReadPlan& plan) const;
  // After a plan with a mark could not be read: adds none any more if that was why.
  void check_mark();

  // errno of the last read that failed: ESRCH (gone), EPERM (not allowed), EFAULT (not mapped).
  int last_error() const { return last_error_; }

 private:
  pid_t pid_;
  UniqueFd first_program_;
  // 16 random bytes that the kernel gives to each program (AT_RANDOM of getauxval(3)).
  Address mark_address_ = 0;  // 0: not known
  std::array<uint8_t, 16> mark_{};
  size_t mark_offset_ = 0;  // in the plan
  int last_error_ = 0;
};

}  // namespace pyspy
