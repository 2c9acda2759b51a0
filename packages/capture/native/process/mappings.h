// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <string>
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

  // What to put before a path of the process to reach it from here; empty where only our own files
  // are in reach.
  virtual std::string root() const { return {}; }
};

class LiveMappings final : public Mappings {
 public:
  explicit LiveMappings(pid_t pid) : pid_(pid) {}

  Result<std::vector<MappedRegion>> regions() const override;

  // Through the process's own root, so that containers work, checked by device and inode. Falls
  // back to /proc/PID/exe and /proc/PID/map_files, which reach deleted and replaced files too.
  UniqueFd open(const MappedFile& file) const override;
  std::string root() const override { return "/proc/" + std::to_string(pid_) + "/root"; }

 private:
  pid_t pid_;
};

}  // namespace pyspy
