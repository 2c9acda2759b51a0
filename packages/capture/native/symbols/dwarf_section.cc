// SPDX-License-Identifier: MIT
#include "symbols/dwarf_section.h"

#include <algorithm>

#include "symbols/decompress.h"

namespace pyspy {
namespace {

constexpr uint64_t kWindow = 64U << 10U;
// A unit of a program that was optimised as a whole may take some megabytes.
constexpr uint64_t kMostAtOnce = 64U << 20U;
constexpr uint64_t kLongestText = 4096;

}  // namespace

DwarfSection::DwarfSection(const ElfFile& elf, std::string_view name) : elf_(&elf) {
  const auto section = elf.section(name);
  if (!section || !section->has_bytes) return;
  section_ = *section;
  size_ = section_.size;
  if (!section_.compressed) return;
  window_ = decompressed_section(elf.read_section(section_));
  size_ = window_.size();
  decompressed_ = true;
}

std::span<const uint8_t> DwarfSection::at(uint64_t offset, uint64_t length) {
  if (offset >= size_ || length > kMostAtOnce) return {};
  length = std::min(length, size_ - offset);
  const uint64_t from_window = offset - window_start_;
  const bool is_there = offset >= window_start_ && from_window <= window_.size() &&
                        window_.size() - from_window >= length;
  if (!is_there) {
    if (decompressed_) return {};
    window_start_ = offset;
    window_ = elf_->read_part(section_, offset, std::min(std::max(length, kWindow), size_ - offset));
    if (window_.size() < length) return {};
    return {window_.data(), length};
  }
  return {window_.data() + from_window, length};
}

std::string DwarfSection::text_at(uint64_t offset) {
  const auto bytes = at(offset, kLongestText);
  const auto end = std::find(bytes.begin(), bytes.end(), 0);
  return {bytes.begin(), end};
}

uint64_t DwarfSection::number_at(uint64_t offset, unsigned bytes) {
  const auto found = at(offset, bytes);
  return bytes == 8 ? load_or_zero<uint64_t>(found, 0) : load_or_zero<uint32_t>(found, 0);
}

}  // namespace pyspy
