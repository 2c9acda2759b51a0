// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace pyspy {

// One line of /proc/PID/maps.
struct MappedRegion {
  Address start = 0;
  Address end = 0;
  uint64_t file_offset = 0;
  uint64_t device = 0;  // as stat(2) gives it
  uint64_t inode = 0;
  bool readable = false;
  bool writable = false;
  bool executable = false;
  std::string path;  // "[stack]" and the like too; without " (deleted)"
  bool deleted = false;
};

// The regions of the text of /proc/PID/maps. Lines that are none are left out.
std::vector<MappedRegion> parse_memory_map(std::string_view text);

// All regions of one file.
struct MappedFile {
  std::string path;
  uint64_t device = 0;
  uint64_t inode = 0;
  std::vector<MappedRegion> regions;  // by address

  // Programs and libraries have code; fonts, translations and data that are mapped have none.
  bool has_code() const;
};

// Regions grouped by the file they map; regions without a file are left out.
std::vector<MappedFile> mapped_files(const std::vector<MappedRegion>& regions);

}  // namespace pyspy
