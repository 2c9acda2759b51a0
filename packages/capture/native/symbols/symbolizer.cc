// SPDX-License-Identifier: MIT
#include "symbols/symbolizer.h"

#include <algorithm>

#include "symbols/debug_information.h"
#include "symbols/function_symbols.h"

namespace pyspy {
namespace {

// Beyond, all are forgotten: a recording of days must not grow. A name takes some 200 bytes.
constexpr size_t kMostKnown = 200'000;

void add_function(std::vector<SourceFunction>& functions, SourceCall call, Address start) {
  if (call.name.empty()) return;
  functions.push_back(
      {demangled(call.name), std::move(call.name), std::move(call.file), call.line, start});
}

// The function that was compiled is named by its symbol, where there is one: parts that a compiler has
// split off have symbols of their own.
std::vector<SourceFunction> functions_of(std::vector<SourceCall> calls,
                                         const std::optional<FunctionSymbol>& symbol) {
  std::vector<SourceFunction> functions;
  SourceCall outer;
  if (!calls.empty()) {
    outer = std::move(calls.back());
    calls.pop_back();
  }
  if (symbol) outer.name = symbol->name;
  for (SourceCall& call : calls) add_function(functions, std::move(call), 0);
  add_function(functions, std::move(outer), symbol ? symbol->start : 0);
  return functions;
}

}  // namespace

std::vector<std::span<const SourceFunction>> Symbolizer::names_of(
    const std::vector<Query>& queries) {
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
  std::vector<std::span<const SourceFunction>> names;
  names.reserve(queries.size());
  for (const Query& query : queries) names.emplace_back(known_[query.file][query.address]);
  return names;
}

void Symbolizer::look_up(NativeFile& file, Known& known, std::vector<Address>& addresses) {
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  known_count_ += addresses.size();
  std::vector<std::optional<FunctionSymbol>> symbols(addresses.size());
  std::vector<std::vector<SourceCall>> calls(addresses.size());
  // A stripped file has the names that it exports; its debug file has all.
  for (const ElfFile* elf : {file.debug(), file.elf()}) {
    if (elf == nullptr) continue;
    auto found = find_functions(*elf, addresses);
    const bool has_calls = std::any_of(calls.begin(), calls.end(),
                                       [](const auto& one) { return !one.empty(); });
    if (!has_calls) calls = locate_addresses(*elf, addresses);
    for (size_t i = 0; i < addresses.size(); ++i) {
      if (!symbols[i]) symbols[i] = std::move(found[i]);
    }
  }
  for (size_t i = 0; i < addresses.size(); ++i) {
    known[addresses[i]] = functions_of(std::move(calls[i]), symbols[i]);
  }
}

}  // namespace pyspy
