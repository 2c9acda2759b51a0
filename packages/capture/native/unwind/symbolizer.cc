// SPDX-License-Identifier: MIT
#include "unwind/symbolizer.h"

#include <algorithm>

#include "unwind/function_symbols.h"

namespace pyspy {
namespace {

// Beyond, all are forgotten: a recording of days must not grow. A name takes some 200 bytes.
constexpr size_t kMostKnown = 200'000;

}  // namespace

std::vector<const SymbolNames*> Symbolizer::names_of(const std::vector<Query>& queries) {
  if (known_count_ > kMostKnown) {
    known_.clear();
    known_count_ = 0;
  }
  std::map<NativeFile*, std::vector<Address>> unknown;
  for (const Query& query : queries) {
    const Known& known = known_[query.file];
    if (known.find(query.address) == known.end()) unknown[query.file].push_back(query.address);
  }
  for (auto& [file, addresses] : unknown) look_up(*file, known_[file], addresses);
  std::vector<const SymbolNames*> names;
  names.reserve(queries.size());
  for (const Query& query : queries) {
    const std::optional<SymbolNames>& found = known_[query.file][query.address];
    names.push_back(found ? &*found : nullptr);
  }
  return names;
}

void Symbolizer::look_up(NativeFile& file, Known& known, std::vector<Address>& addresses) {
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  known_count_ += addresses.size();
  std::vector<std::optional<FunctionSymbol>> found(addresses.size());
  if (file.elf() != nullptr) found = find_functions(*file.elf(), addresses);
  for (size_t i = 0; i < addresses.size(); ++i) {
    std::optional<SymbolNames>& names = known[addresses[i]];
    if (found[i]) names = SymbolNames{demangled(found[i]->name), found[i]->name, found[i]->start};
  }
}

}  // namespace pyspy
