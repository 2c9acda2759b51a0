// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "process/elf_file.h"

namespace pyspy {

// A function as a symbol table has it.
struct FunctionSymbol {
  Address start = 0;  // in the file's own numbering
  uint64_t size = 0;  // 0: not told
  std::string name;   // as it stands there
};

// Finds the functions that addresses lie in, by one pass over .symtab and .dynsym: large tables are
// not kept. `addresses` ascending; the answers stand in their places.
std::vector<std::optional<FunctionSymbol>> find_functions(const ElfFile& elf,
                                                          std::span<const Address> addresses);

// The functions whose name is `name`, or begins with it and a dot: the parts that a compiler has
// split one function into ("f.cold", "f.part.0").
std::vector<FunctionSymbol> functions_named(const ElfFile& elf, std::string_view name);

}  // namespace pyspy
