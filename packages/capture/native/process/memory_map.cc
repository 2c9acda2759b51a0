// SPDX-License-Identifier: MIT
#include "process/memory_map.h"

#include <sys/sysmacros.h>

#include <algorithm>

#include "base/file.h"

namespace pyspy {
namespace {

constexpr std::string_view kDeleted = " (deleted)";

// "7f12-7f34 r-xp 00001000 fd:01 1234   /usr/lib/libpython3.11.so.1.0"
MappedRegion parse_region(std::string_view line) {
  MappedRegion region;
  region.start = parse_number(take_field(line, '-'), 16);
  region.end = parse_number(take_field(line, ' '), 16);
  const std::string_view permissions = take_field(line, ' ');
  region.readable = permissions.find('r') != std::string_view::npos;
  region.writable = permissions.find('w') != std::string_view::npos;
  region.executable = permissions.find('x') != std::string_view::npos;
  region.file_offset = parse_number(take_field(line, ' '), 16);
  const auto major = static_cast<unsigned>(parse_number(take_field(line, ':'), 16));
  const auto minor = static_cast<unsigned>(parse_number(take_field(line, ' '), 16));
  region.device = makedev(major, minor);
  region.inode = parse_number(take_field(line, ' '));
  const size_t path_start = line.find_first_not_of(' ');
  if (path_start == std::string_view::npos) return region;
  std::string_view path = line.substr(path_start);
  if (path.ends_with(kDeleted)) {
    region.deleted = true;
    path.remove_suffix(kDeleted.size());
  }
  region.path = path;
  return region;
}

}  // namespace

std::vector<MappedRegion> parse_memory_map(std::string_view text) {
  std::vector<MappedRegion> regions;
  while (!text.empty()) {
    MappedRegion region = parse_region(take_field(text, '\n'));
    if (region.end > region.start) regions.push_back(std::move(region));
  }
  return regions;
}

bool MappedFile::has_code() const {
  return std::any_of(regions.begin(), regions.end(),
                     [](const MappedRegion& region) { return region.executable; });
}

std::vector<MappedFile> mapped_files(const std::vector<MappedRegion>& regions) {
  std::vector<MappedFile> files;
  for (const MappedRegion& region : regions) {
    if (region.inode == 0) continue;
    auto file = std::find_if(files.begin(), files.end(), [&](const MappedFile& known) {
      return known.inode == region.inode && known.device == region.device;
    });
    if (file == files.end()) {
      file = files.insert(files.end(), {region.path, region.device, region.inode, {}});
    }
    file->regions.push_back(region);
  }
  return files;
}

}  // namespace pyspy
