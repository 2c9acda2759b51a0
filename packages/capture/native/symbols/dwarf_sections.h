// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include "symbols/dwarf_section.h"

namespace pyspy::dwarf {

// The sections of one file that tell lines and calls, and how much work they may still cause: their
// parts refer to each other by offsets, so that a hostile file of some kilobytes could make a reader go
// through the same bytes for hours.
struct Sections {
  explicit Sections(const ElfFile& elf)
      : info(elf, ".debug_info"),
        abbreviations(elf, ".debug_abbrev"),
        line(elf, ".debug_line"),
        strings(elf, ".debug_str"),
        line_strings(elf, ".debug_line_str"),
        string_offsets(elf, ".debug_str_offsets"),
        addresses(elf, ".debug_addr"),
        ranges(elf, ".debug_ranges"),
        range_lists(elf, ".debug_rnglists") {}

  // Allows as much as real files of this size need, and then some.
  void allow_work() {
    constexpr uint64_t kPerByte = 8;
    constexpr uint64_t kLeast = 1U << 20U;
    work_left = kLeast + kPerByte * (info.size() + abbreviations.size() + line.size() +
                                     ranges.size() + range_lists.size());
  }

  // False when there was enough.
  bool spend(uint64_t steps) {
    work_left -= std::min(steps, work_left);
    return work_left > 0;
  }

  DwarfSection info;
  DwarfSection abbreviations;
  DwarfSection line;
  DwarfSection strings;
  DwarfSection line_strings;
  DwarfSection string_offsets;
  DwarfSection addresses;
  DwarfSection ranges;       // up to DWARF 4
  DwarfSection range_lists;  // DWARF 5
  uint64_t work_left = 0;
};

}  // namespace pyspy::dwarf
