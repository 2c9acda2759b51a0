// SPDX-License-Identifier: MIT
#include "process/debug_file.h"

#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <vector>

namespace pyspy {
namespace {

constexpr std::string_view kDebugDirectory = "/usr/lib/debug";
constexpr size_t kLongestLink = 4096;
constexpr uint64_t kMostChecked = 512U << 20U;

std::string hexadecimal(std::span<const uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

// What .gnu_debuglink says: the name of a file, and after it, padded to four bytes, its CRC-32.
struct DebugLink {
  std::string name;
  uint32_t checksum = 0;
};

std::optional<DebugLink> read_debug_link(const ElfFile& elf) {
  const auto section = elf.section(".gnu_debuglink");
  if (!section || section->size > kLongestLink) return std::nullopt;
  const std::vector<uint8_t> bytes = elf.read_section(*section);
  const auto end = std::find(bytes.begin(), bytes.end(), 0);
  DebugLink link{{bytes.begin(), end}, 0};
  const size_t at = (link.name.size() + 1 + 3) & ~size_t{3};
  // It is the name of a file, and no way to other directories.
  const bool is_name = !link.name.empty() && link.name.find('/') == std::string::npos;
  if (!is_name || at + sizeof link.checksum > bytes.size()) return std::nullopt;
  link.checksum = load<uint32_t>(bytes.data() + at);
  return link;
}

bool has_checksum(const std::string& path, uint32_t checksum) {
  const UniqueFd fd = open_readonly(path.c_str());
  if (!fd) return false;
  std::vector<uint8_t> block(1U << 18U);
  uLong sum = 0;
  for (uint64_t done = 0; done < kMostChecked;) {
    const ssize_t count = ::pread(fd.get(), block.data(), block.size(), static_cast<off_t>(done));
    if (count < 0) return false;
    if (count == 0) return sum == checksum;
    sum = ::crc32(sum, block.data(), static_cast<uInt>(count));
    done += static_cast<uint64_t>(count);
  }
  return false;
}

}  // namespace

std::optional<ElfFile> open_debug_file(const ElfFile& elf, std::string_view root,
                                       std::string_view path) {
  const std::vector<uint8_t> build_id = elf.build_id();
  const auto link = read_debug_link(elf);
  std::vector<std::string> candidates;
  if (build_id.size() >= 2) {
    const std::string id = hexadecimal(build_id);
    candidates.push_back(std::string(kDebugDirectory) + "/.build-id/" + id.substr(0, 2) + "/" +
                         id.substr(2) + ".debug");
  }
  if (link) {
    const std::string directory(path.substr(0, path.rfind('/') + 1));
    candidates.push_back(directory + link->name);
    candidates.push_back(directory + ".debug/" + link->name);
    candidates.push_back(std::string(kDebugDirectory) + directory + link->name);
  }
  for (const std::string_view from : {root, std::string_view()}) {
    for (const std::string& candidate : candidates) {
      const std::string full = std::string(from) + candidate;
      auto found = ElfFile::open(open_readonly(full.c_str()));
      if (!found) continue;
      const bool is_its = build_id.empty() ? link && has_checksum(full, link->checksum)
                                           : found->build_id() == build_id;
      if (is_its) return found;
    }
    if (root.empty()) break;
  }
  return std::nullopt;
}

}  // namespace pyspy
