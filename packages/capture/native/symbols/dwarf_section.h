// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "process/elf_file.h"

namespace pyspy {

// A section of debug information, read piece by piece: those of large programs take hundreds of
// megabytes. What is compressed is decompressed as a whole, up to a limit.
class DwarfSection {
 public:
  // A section that is absent is empty.
  DwarfSection(const ElfFile& elf, std::string_view name);

  uint64_t size() const { return size_; }

  // Bytes from `offset` on, fewer than `length` where the section ends. They hold until the next
  // call.
  std::span<const uint8_t> at(uint64_t offset, uint64_t length);

  // The text at an offset; empty where there is none.
  std::string text_at(uint64_t offset);

  // A number of `bytes` (4 or 8) at an offset; 0 beyond the end.
  uint64_t number_at(uint64_t offset, unsigned bytes);

 private:
  const ElfFile* elf_;
  ElfSection section_;
  uint64_t size_ = 0;
  bool decompressed_ = false;     // then window_ is all of it
  std::vector<uint8_t> window_;   // what was read last
  uint64_t window_start_ = 0;
};

}  // namespace pyspy
