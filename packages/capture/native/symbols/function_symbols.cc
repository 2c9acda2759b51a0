// SPDX-License-Identifier: MIT
#include "symbols/function_symbols.h"

#include <algorithm>

namespace pyspy {
namespace {

constexpr size_t kLongestName = 4096;
// A label in assembly code, which has no size, names what is so near. Beyond may be functions whose
// names were stripped.
constexpr Address kReachOfLabel = 512;
// Functions do not overlap; millions that do would keep us for hours.
constexpr uint64_t kMostCandidates = 50'000'000;

bool is_function(const Elf64_Sym& symbol) {
  const unsigned type = ELF64_ST_TYPE(symbol.st_info);
  return symbol.st_shndx != SHN_UNDEF && symbol.st_value != 0 &&
         (type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE);
}

// The name at an offset of a string table; empty where there is none, or a local label.
std::string_view name_at(const std::vector<uint8_t>& names, uint32_t offset) {
  if (offset >= names.size()) return {};
  const char* at = reinterpret_cast<const char*>(names.data()) + offset;
  return {at, ::strnlen(at, std::min(names.size() - offset, kLongestName))};
}

// Of two symbols for one address, the better name: a function before a label, one that has a size,
// the nearest one, one with fewer underscores (read before __read), a global one.
struct Rank {
  bool is_function;
  bool has_size;
  Address start;
  int underscores;
  int binding;

  auto operator<=>(const Rank&) const = default;
};

Rank rank_of(const Elf64_Sym& symbol, std::string_view name) {
  const size_t letters = name.find_first_not_of('_');
  const unsigned binding = ELF64_ST_BIND(symbol.st_info);
  return {ELF64_ST_TYPE(symbol.st_info) != STT_NOTYPE, symbol.st_size != 0, symbol.st_value,
          -static_cast<int>(std::min<size_t>(letters, 16)),
          binding == STB_GLOBAL ? 2 : binding == STB_WEAK ? 1 : 0};
}

}  // namespace

std::vector<std::optional<FunctionSymbol>> find_functions(const ElfFile& elf,
                                                          std::span<const Address> addresses) {
  std::vector<std::optional<FunctionSymbol>> found(addresses.size());
  std::vector<Rank> ranks(addresses.size());
  uint64_t candidates = 0;
  elf.for_each_symbol([&](const Elf64_Sym& symbol, const std::vector<uint8_t>& names) {
    if (!is_function(symbol)) return;
    const auto begin = std::lower_bound(addresses.begin(), addresses.end(), symbol.st_value);
    const uint64_t size = symbol.st_size == 0 ? kReachOfLabel : symbol.st_size;
    const Address last = size > ~symbol.st_value ? ~Address{0} : symbol.st_value + size;
    const auto end = std::lower_bound(begin, addresses.end(), last);
    if (begin == end || candidates > kMostCandidates) return;
    candidates += static_cast<uint64_t>(end - begin);
    const std::string_view name = name_at(names, symbol.st_name);
    if (name.empty()) return;
    const Rank rank = rank_of(symbol, name);
    for (auto at = begin; at != end; ++at) {
      const auto i = static_cast<size_t>(at - addresses.begin());
      if (found[i] && !(ranks[i] < rank)) continue;
      // Without its version: "memcpy@@GLIBC_2.14".
      const std::string_view plain = name.substr(0, name.find('@', 1));
      found[i] = FunctionSymbol{symbol.st_value, symbol.st_size, std::string(plain)};
      ranks[i] = rank;
    }
  });
  return found;
}

std::vector<FunctionSymbol> functions_named(const ElfFile& elf, std::string_view name) {
  std::vector<FunctionSymbol> found;
  elf.for_each_symbol([&](const Elf64_Sym& symbol, const std::vector<uint8_t>& names) {
    if (!is_function(symbol) || symbol.st_size == 0) return;
    const std::string_view own = name_at(names, symbol.st_name);
    if (!own.starts_with(name) || (own.size() > name.size() && own[name.size()] != '.')) return;
    found.push_back({symbol.st_value, symbol.st_size, std::string(own)});
  });
  return found;
}

}  // namespace pyspy
