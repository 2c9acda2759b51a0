// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "symbols/dwarf_constants.h"
#include "unwind/byte_cursor.h"

namespace pyspy::dwarf {

// What forms depend on.
struct Encoding {
  unsigned version = 0;
  unsigned offset_bytes = 4;  // 8 in 64-bit DWARF
  unsigned address_bytes = 8;
};

// How the entries of a unit are laid out.
class AbbreviationTable {
 public:
  struct Specification {
    uint16_t form = 0;
    uint8_t place = kAttributes;  // an Attribute; kAttributes: it is not kept
    int64_t constant = 0;
  };
  struct Abbreviation {
    uint64_t code = 0;
    uint64_t tag = 0;
    uint32_t first = 0;
    uint32_t count = 0;
  };

  // Empty where the bytes are damaged, or end before the table does.
  static std::optional<AbbreviationTable> read(std::span<const uint8_t> bytes);

  const Abbreviation* find(uint64_t code) const;
  std::span<const Specification> specifications(const Abbreviation& one) const {
    return {specifications_.data() + one.first, one.count};
  }

 private:
  std::vector<Abbreviation> abbreviations_;  // by code
  std::vector<Specification> specifications_;
};

// An entry of debug information with the attributes that are kept.
struct Entry {
  uint64_t offset = 0;  // in the section
  uint64_t tag = 0;     // 0: it ends the children of another
  std::array<uint64_t, kAttributes> values{};
  std::array<uint16_t, kAttributes> forms{};  // 0: the entry has no such attribute

  bool has(Attribute attribute) const { return forms[attribute] != 0; }
  uint64_t value(Attribute attribute) const { return values[attribute]; }
};

// Passes over a value and returns its number: of a text that stands here, its place in the cursor's
// bytes; of a block, its length.
uint64_t read_form(ByteCursor& cursor, uint16_t form, int64_t constant, const Encoding& encoding);

// Reads the entry at the cursor, whose bytes begin at `base` in the section. False where it is
// damaged.
bool read_entry(ByteCursor& cursor, uint64_t base, const AbbreviationTable& table,
                const Encoding& encoding, Entry& entry);

}  // namespace pyspy::dwarf
