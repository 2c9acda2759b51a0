// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "process/mappings.h"

namespace pyspy {
namespace {

bool is_same_file(const UniqueFd& fd, const MappedFile& file) {
  struct stat found {};
  return fd && ::fstat(fd.get(), &found) == 0 && found.st_dev == file.device &&
         found.st_ino == file.inode;
}

}  // namespace

Result<std::vector<MappedRegion>> LiveMappings::regions() const {
  const std::string path = "/proc/" + std::to_string(pid_) + "/maps";
  const std::string text = read_whole_file(path.c_str(), 64U << 20U);
  if (text.empty()) {
    if (errno == EACCES || errno == EPERM) {
      return Error{ErrorCode::kPermission, path + " may not be read"};
    }
    // A process that is ending has no memory left.
    return Error{ErrorCode::kNoSuchProcess, "process " + std::to_string(pid_) + " has ended"};
  }
  return parse_memory_map(text);
}

UniqueFd LiveMappings::open(const MappedFile& file) const {
  const std::string proc = "/proc/" + std::to_string(pid_);
  // maps shows a path from our own root where it can, from the target's otherwise: try both.
  for (const std::string& path : {proc + "/root" + file.path, file.path, proc + "/exe"}) {
    UniqueFd fd = open_readonly(path.c_str());
    if (is_same_file(fd, file)) return fd;
  }
  char range[64];
  std::snprintf(range, sizeof range, "/map_files/%lx-%lx", file.regions.front().start,
                file.regions.front().end);
  UniqueFd fd = open_readonly((proc + range).c_str());
  // On some file systems (overlayfs, btrfs) maps and stat(2) disagree on the device; the link in
  // map_files is the mapping itself, so it needs no check.
  return fd;
}

}  // namespace pyspy
