// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "process/elf_file.h"

namespace pyspy {

// A function that an address lies in, and where in its source.
struct SourceCall {
  std::string name;   // as linkers know it, or as the source has it; empty: not told
  std::string file;   // empty: unknown
  uint32_t line = 0;  // from 1 on; 0: unknown
};

// What the DWARF of a file (versions 2 to 5) says of addresses, which are ascending and in the
// file's own numbering: the functions that each lies in, innermost first. Those before the last were
// inlined in it. Empty where nothing is told. Keeps nothing of the file.
std::vector<std::vector<SourceCall>> locate_addresses(const ElfFile& elf,
                                                      std::span<const Address> addresses);

}  // namespace pyspy
