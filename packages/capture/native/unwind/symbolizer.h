// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "unwind/native_file.h"

namespace pyspy {

// Names of the function at an address.
struct SymbolNames {
  std::string name;      // for people
  std::string raw_name;  // as in the symbol table
  Address start = 0;     // of the function, in the file's own numbering
};

// Names addresses, each once: by the symbols of the file itself, or of its debug file.
class Symbolizer {
 public:
  struct Query {
    NativeFile* file = nullptr;
    Address address = 0;  // in the file's own numbering
  };

  // The answers stand in the places of their queries; null: no name is known. They hold until the
  // next call.
  std::vector<const SymbolNames*> names_of(const std::vector<Query>& queries);

 private:
  using Known = std::unordered_map<Address, std::optional<SymbolNames>>;

  void look_up(NativeFile& file, Known& known, std::vector<Address>& addresses);

  std::map<NativeFile*, Known> known_;
  size_t known_count_ = 0;
};

// A C++ or Rust name as its language writes it; any other as it is.
std::string demangled(const std::string& name);

}  // namespace pyspy
