// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "unwind/native_file.h"

namespace pyspy {

// A function that an address lies in: the one that was compiled, or one that was inlined in it.
struct SourceFunction {
  std::string name;      // for people
  std::string raw_name;  // as linkers know it
  std::string file;      // of its source; empty: unknown
  uint32_t line = 0;     // from 1 on; 0: unknown
  Address start = 0;     // in the file's own numbering; 0: not told, or inlined
};

// Names addresses, each once: by the symbols and the DWARF of the file itself, and of its debug file.
class Symbolizer {
 public:
  struct Query {
    NativeFile* file = nullptr;
    Address address = 0;  // in the file's own numbering
  };

  // The functions of each query's address, innermost first, in the places of the queries; none: no name
  // is known. They hold until the next call.
  std::vector<std::span<const SourceFunction>> names_of(const std::vector<Query>& queries);

 private:
  using Known = std::unordered_map<Address, std::vector<SourceFunction>>;

  void look_up(NativeFile& file, Known& known, std::vector<Address>& addresses);

  std::map<NativeFile*, Known> known_;
  size_t known_count_ = 0;
};

// A C++ or Rust name as its language writes it; any other as it is.
std::string demangled(const std::string& name);

}  // namespace pyspy
