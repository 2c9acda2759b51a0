// SPDX-License-Identifier: MIT
#include "symbols/debug_information.h"

#include <algorithm>

#include "symbols/dwarf_lines.h"
#include "symbols/dwarf_unit.h"

namespace pyspy {
namespace {

using dwarf::AddressRange;
using dwarf::Entry;
using dwarf::LineProgram;
using dwarf::Sections;
using dwarf::SourceLine;
using dwarf::Unit;
using dwarf::UnitHeader;

constexpr size_t kMostDepth = 256;
constexpr int kMostHops = 8;

// Calls `each(i)` for the addresses that lie in one of the ranges.
template <typename Each>
void for_each_in(const std::vector<AddressRange>& ranges, std::span<const Address> addresses,
                 Each each) {
  for (const AddressRange& range : ranges) {
    auto at = std::lower_bound(addresses.begin(), addresses.end(), range.start);
    for (; at != addresses.end() && *at < range.end; ++at) {
      each(static_cast<size_t>(at - addresses.begin()));
    }
  }
}

class Locator {
 public:
  Locator(const ElfFile& elf, std::span<const Address> addresses)
      : sections_(elf), addresses_(addresses), found_(addresses.size()) {
    sections_.allow_work();
  }

  std::vector<std::vector<SourceCall>> locate() {
    headers_ = dwarf::read_unit_headers(sections_.info);
    for (const UnitHeader& header : headers_) {
      if (header.first_entry >= header.end || !sections_.spend(1)) continue;
      auto unit = Unit::open(sections_, header);
      if (!unit) continue;
      std::vector<size_t> indexes;
      for_each_in(unit->ranges(), addresses_, [&](size_t i) {
        if (found_[i].empty()) indexes.push_back(i);
      });
      std::sort(indexes.begin(), indexes.end());
      indexes.erase(std::unique(indexes.begin(), indexes.end()), indexes.end());
      if (!indexes.empty()) locate_in(*unit, indexes);
    }
    return std::move(found_);
  }

 private:
  // A function that contains an address, and from where it was called, if it was inlined.
  struct Containing {
    Entry entry;
    uint64_t call_file = 0;
    uint64_t call_line = 0;
  };

  void locate_in(Unit& unit, const std::vector<size_t>& indexes) {
    std::vector<Address> addresses;
    for (const size_t i : indexes) addresses.push_back(addresses_[i]);
    std::optional<LineProgram> program;
    if (unit.line_program()) {
      program = LineProgram::open(sections_, *unit.line_program(),
                                  unit.header().encoding.address_bytes, unit.directory());
    }
    std::vector<SourceLine> lines(addresses.size());
    if (program) lines = program->lines_of(addresses);
    const auto containing = find_containing(unit, addresses);
    for (size_t i = 0; i < addresses.size(); ++i) {
      std::vector<SourceCall>& calls = found_[indexes[i]];
      SourceLine at = lines[i];
      for (size_t k = containing[i].size(); k-- > 0;) {
        const Containing& one = containing[i][k];
        calls.push_back({name_of(unit, one.entry), at.file, at.line});
        at = {program ? program->file(one.call_file) : std::string(),
              static_cast<uint32_t>(one.call_line)};
      }
      if (calls.empty() && at.line > 0) calls.push_back({{}, at.file, at.line});
    }
  }

  // The functions, compiled and inlined, that each address lies in, outermost first.
  std::vector<std::vector<Containing>> find_containing(Unit& unit,
                                                       std::span<const Address> addresses) {
    std::vector<std::vector<Containing>> containing(addresses.size());
    unit.for_each_entry([&](const Entry& entry) {
      const bool is_inlined = entry.tag == dwarf::kTagInlinedSubroutine;
      if (!is_inlined && entry.tag != dwarf::kTagSubprogram) return true;
      if (!sections_.spend(1)) return false;
      bool any = false;
      for_each_in(unit.ranges_of(entry), addresses, [&](size_t i) {
        any = true;
        if (!sections_.spend(1) || containing[i].size() >= kMostDepth) return;
        Containing& one = containing[i].emplace_back();
        one.entry = entry;
        if (!is_inlined) return;
        if (entry.has(dwarf::kCallFile)) one.call_file = entry.value(dwarf::kCallFile);
        if (entry.has(dwarf::kCallLine)) one.call_line = entry.value(dwarf::kCallLine);
      });
      return any;
    });
    return containing;
  }

  // The name that the linker knows, else that of the source: an inlined call refers to what it
  // calls, and that to where it was declared.
  std::string name_of(Unit& unit, const Entry& first) {
    std::string plain;
    Unit* in = &unit;
    std::optional<Unit> other;
    Entry entry = first;
    for (int hop = 0; hop < kMostHops && sections_.spend(16); ++hop) {
      std::string linkage = in->text(entry, dwarf::kLinkageName);
      if (!linkage.empty()) return linkage;
      if (plain.empty()) plain = in->text(entry, dwarf::kName);
      auto next = in->reference(entry, dwarf::kAbstractOrigin);
      if (!next) next = in->reference(entry, dwarf::kSpecification);
      if (!next) break;
      auto found = in->entry_at(*next);
      if (!found) {
        const UnitHeader* header = header_at(*next);
        if (header == nullptr) break;
        auto opened = Unit::open(sections_, *header);
        if (!opened) break;
        other.emplace(std::move(*opened));
        in = &*other;
        found = in->entry_at(*next);
        if (!found) break;
      }
      entry = *found;
    }
    return plain;
  }

  const UnitHeader* header_at(uint64_t offset) const {
    const auto after = std::upper_bound(
        headers_.begin(), headers_.end(), offset,
        [](uint64_t value, const UnitHeader& header) { return value < header.start; });
    return after == headers_.begin() ? nullptr : &*(after - 1);
  }

  Sections sections_;
  std::span<const Address> addresses_;
  std::vector<std::vector<SourceCall>> found_;
  std::vector<UnitHeader> headers_;
};

}  // namespace

std::vector<std::vector<SourceCall>> locate_addresses(const ElfFile& elf,
                                                      std::span<const Address> addresses) {
  if (addresses.empty()) return {};
  return Locator(elf, addresses).locate();
}

}  // namespace pyspy
