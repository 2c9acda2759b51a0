// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "base/file.h"

namespace pyspy {

// What happened to a process, as the kernel tells it.
struct ProcessEvent {
  enum class Kind { kBorn, kExecuted, kEnded };

  Kind kind = Kind::kBorn;
  pid_t pid = 0;
  uint64_t time_nanos = 0;  // CLOCK_MONOTONIC
  pid_t parent_pid = 0;     // of kBorn
  int wait_status = 0;      // of kEnded, as waitpid(2) gives it
};

// The kernel's own account of all processes of the machine (the process connector of netlink(7)):
// it is kept until it is read, so that nothing is too short to be in it. Only for root, outside of
// containers.
class ProcessEvents {
 public:
  ProcessEvents();

  // False where the kernel does not tell us.
  bool is_open() const { return static_cast<bool>(socket_); }
  // What is there since the last call, or a part of it: one call takes no more than a millisecond.
  // Some may be lost where there is more than the kernel keeps.
  std::vector<ProcessEvent> read();

 private:
  UniqueFd socket_;
};

}  // namespace pyspy
