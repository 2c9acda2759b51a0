// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "process/process_events_linux.h"

namespace pyspy {

// Births in the recorded tree of which the kernel has told, and that were not found yet: processes
// may be over before they are looked for, and their parents too.
class ToldBirths {
 public:
  struct Birth {
    pid_t pid = 0;
    pid_t parent_pid = 0;
    uint64_t born_nanos = 0;
    bool has_executed = false;
    std::optional<int> wait_status;  // once it has ended
    uint64_t ended_nanos = 0;
  };

  bool is_open() const { return events_.is_open(); }

  // Reads what the kernel has told. Returns who was born. `is_ours`: whether a process is of the
  // tree, or was just now.
  std::vector<pid_t> read(const std::function<bool(pid_t)>& is_ours);
  // Who started it, where that is known.
  std::optional<pid_t> parent_of(pid_t pid) const;
  // It is followed now.
  void forget(pid_t pid) { births_.erase(pid); }
  // Those that have ended before they were followed, in the order of birth; they are forgotten.
  std::vector<Birth> take_ended();

 private:
  ProcessEvents events_;
  std::unordered_map<pid_t, Birth> births_;
};

}  // namespace pyspy
