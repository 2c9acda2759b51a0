// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "process/memory_map.h"

namespace pyspy {

// What a process has mapped, and the files behind that: a process that runs, or a core file.
class Mappings {
 public:
  virtual ~Mappings() = default;

  // By address. Error codes: kPermission, kNoSuchProcess.
  virtual Result<std::vector<MappedRegion>> regions() const = 0;

  // Opens a file of those regions, and no other one that has its path by now; empty where it is
  // out of reach.
  virtual UniqueFd open(const MappedFile& file) const = 0;
};

class LiveMappings final : public Mappings {
 public:
  explicit LiveMappings(pid_t pid) : pid_(pid) {}

  Result<std::vector<MappedRegion>> regions() const override;

  // Through the process's own root, so that containers work, checked by device and inode. Falls
  // back to /proc/PID/exe and /proc/PID/map_files, which reach deleted and replaced files too.
  UniqueFd open(const MappedFile& file) const override;

 private:
  pid_t pid_;
};

}  // namespace pyspy
