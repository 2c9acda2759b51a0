// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "symbols/dwarf_entry.h"
#include "symbols/dwarf_sections.h"

namespace pyspy::dwarf {

// The head of a unit of .debug_info; offsets are in that section.
struct UnitHeader {
  Encoding encoding;
  uint64_t start = 0;
  uint64_t end = 0;
  uint64_t first_entry = 0;
  uint64_t abbreviations = 0;  // in .debug_abbrev
};

// The heads of all units, as far as they are whole.
std::vector<UnitHeader> read_unit_headers(DwarfSection& info);

// Addresses from `start` up to, not including, `end`.
struct AddressRange {
  Address start = 0;
  Address end = 0;
};

// A unit, with what its first entry says by which the forms of others are read.
class Unit {
 public:
  // Empty where it is damaged, or beyond the limits.
  static std::optional<Unit> open(Sections& sections, const UnitHeader& header);

  const UnitHeader& header() const { return header_; }
  // Where its line program is in .debug_line; empty: it has none.
  std::optional<uint64_t> line_program() const { return line_program_; }
  // What relative files refer to.
  std::string directory();
  // The code that it describes.
  std::vector<AddressRange> ranges() { return ranges_of(root_); }

  // Calls `look(entry)` for its entries, as deep as they may be. `look` returns whether the children
  // of the entry are to be looked at, too.
  template <typename Look>
  void for_each_entry(Look look);

  // The entry at an offset of the section.
  std::optional<Entry> entry_at(uint64_t offset);

  std::vector<AddressRange> ranges_of(const Entry& entry);
  // Empty where the entry has no such text, or it is in a file that we have not.
  std::string text(const Entry& entry, Attribute attribute);
  // The entry that another refers to; empty: it is in no file that we have.
  std::optional<uint64_t> reference(const Entry& entry, Attribute attribute) const;

 private:
  Unit(Sections& sections, const UnitHeader& header, AbbreviationTable table)
      : sections_(&sections), header_(header), table_(std::move(table)) {}

  Address address(const Entry& entry, Attribute attribute);
  Address indexed_address(uint64_t index);
  std::vector<AddressRange> range_list(uint64_t offset);
  std::vector<AddressRange> range_lists(uint64_t offset);

  Sections* sections_;
  UnitHeader header_;
  AbbreviationTable table_;
  Entry root_;
  std::optional<uint64_t> line_program_;
  uint64_t string_offsets_base_ = 0;
  uint64_t address_base_ = 0;
  uint64_t range_lists_base_ = 0;
};

template <typename Look>
void Unit::for_each_entry(Look look) {
  const auto window = sections_->info.at(header_.first_entry, header_.end - header_.first_entry);
  // What is looked at refers to other units.
  const std::vector<uint8_t> bytes(window.begin(), window.end());
  ByteCursor cursor(bytes);
  Entry entry;
  while (!cursor.at_end()) {
    if (!read_entry(cursor, header_.first_entry, table_, header_.encoding, entry)) return;
    if (entry.tag == 0 || look(entry) || !entry.has(kSibling)) continue;
    const uint64_t next = header_.start + entry.value(kSibling) - header_.first_entry;
    if (next > cursor.position() && next <= bytes.size()) cursor.seek(next);
  }
}

}  // namespace pyspy::dwarf
