// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "base/file.h"

namespace pyspy {

// Finds new processes without a tracer, without privileges, and without a walk through /proc.
//
// The kernel gives ids in order, and says which one it gave last: one read of half a microsecond
// tells that there is nothing new, and otherwise only the ids since are looked at. Where /proc
// belongs to another file system (lxcfs), all processes are listed some times a second.
class ProcessBirths {
 public:
  ProcessBirths();

  // Ids that were given to processes since the last call, or since the start. Some may be those
  // of threads, or have ended.
  std::vector<pid_t> look(uint64_t now_nanos);

 private:
  pid_t read_last_id() const;
  bool is_since_last(pid_t pid, pid_t now) const;

  UniqueFd source_;  // empty: the kernel does not say
  bool is_load_average_ = false;
  pid_t last_ = 0;
  pid_t id_limit_ = 0;
  uint64_t next_list_nanos_ = 0;
};

}  // namespace pyspy
