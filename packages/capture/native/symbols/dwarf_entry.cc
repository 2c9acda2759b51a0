// SPDX-License-Identifier: MIT
#include "symbols/dwarf_entry.h"

#include <algorithm>

namespace pyspy::dwarf {
namespace {

constexpr uint32_t kMostAttributes = 256;
// Attributes that take no byte of an entry: a few, or entries of a byte would take endless work.
constexpr uint32_t kMostWithoutBytes = 48;
constexpr size_t kMostAbbreviations = 1U << 18U;

Attribute place_of(uint64_t attribute) {
  switch (attribute) {
    case 0x01:
      return kSibling;
    case 0x03:
      return kName;
    case 0x10:
      return kLineProgram;
    case 0x11:
      return kLowPc;
    case 0x12:
      return kHighPc;
    case 0x1b:
      return kDirectory;
    case 0x31:
      return kAbstractOrigin;
    case 0x47:
      return kSpecification;
    case 0x55:
      return kRanges;
    case 0x58:
      return kCallFile;
    case 0x59:
      return kCallLine;
    case 0x6e:
    case 0x2007:  // DW_AT_MIPS_linkage_name, before DWARF 4
      return kLinkageName;
    case 0x72:
      return kStringOffsetsBase;
    case 0x73:
      return kAddressBase;
    case 0x74:
      return kRangeListsBase;
    default:
      return kAttributes;
  }
}

uint64_t read_unsigned(ByteCursor& cursor, unsigned bytes) {
  switch (bytes) {
    case 1:
      return cursor.fixed<uint8_t>();
    case 2:
      return cursor.fixed<uint16_t>();
    case 4:
      return cursor.fixed<uint32_t>();
    case 8:
      return cursor.fixed<uint64_t>();
    default:
      cursor.fail();
      return 0;
  }
}

uint64_t read_block(ByteCursor& cursor, uint64_t length) {
  cursor.take(length);
  return length;
}

}  // namespace

std::optional<AbbreviationTable> AbbreviationTable::read(std::span<const uint8_t> bytes) {
  AbbreviationTable table;
  ByteCursor cursor(bytes);
  while (const uint64_t code = cursor.uleb()) {
    Abbreviation one = {code, cursor.uleb(),
                        static_cast<uint32_t>(table.specifications_.size()), 0};
    cursor.fixed<uint8_t>();
    for (uint32_t without_bytes = 0;; ++one.count) {
      const uint64_t attribute = cursor.uleb();
      const uint64_t form = cursor.uleb();
      const int64_t constant = form == kImplicitConst ? cursor.sleb() : 0;
      if (cursor.failed() || form > 0xffff || one.count > kMostAttributes) return std::nullopt;
      if (attribute == 0 && form == 0) break;
      without_bytes += form == kImplicitConst || form == kFlagPresent;
      if (without_bytes > kMostWithoutBytes) return std::nullopt;
      table.specifications_.push_back(
          {static_cast<uint16_t>(form), place_of(attribute), constant});
    }
    table.abbreviations_.push_back(one);
    if (table.abbreviations_.size() > kMostAbbreviations) return std::nullopt;
  }
  if (cursor.failed()) return std::nullopt;
  const auto by_code = [](const Abbreviation& a, const Abbreviation& b) { return a.code < b.code; };
  std::sort(table.abbreviations_.begin(), table.abbreviations_.end(), by_code);
  return table;
}

const AbbreviationTable::Abbreviation* AbbreviationTable::find(uint64_t code) const {
  // Compilers number them from 1 on.
  if (code - 1 < abbreviations_.size() && abbreviations_[code - 1].code == code) {
    return &abbreviations_[code - 1];
  }
  const auto at = std::lower_bound(
      abbreviations_.begin(), abbreviations_.end(), code,
      [](const Abbreviation& one, uint64_t value) { return one.code < value; });
  return at != abbreviations_.end() && at->code == code ? &*at : nullptr;
}

uint64_t read_form(ByteCursor& cursor, uint16_t form, int64_t constant, const Encoding& encoding) {
  switch (form) {
    case kAddr:
      return read_unsigned(cursor, encoding.address_bytes);
    case kData1:
    case kRef1:
    case kFlag:
    case kStrx1:
    case kAddrx1:
      return cursor.fixed<uint8_t>();
    case kData2:
    case kRef2:
    case kStrx2:
    case kAddrx2:
      return cursor.fixed<uint16_t>();
    case kStrx3:
    case kAddrx3: {
      const uint64_t low = cursor.fixed<uint16_t>();
      return low | uint64_t{cursor.fixed<uint8_t>()} << 16U;
    }
    case kData4:
    case kRef4:
    case kRefSup4:
    case kStrx4:
    case kAddrx4:
      return cursor.fixed<uint32_t>();
    case kData8:
    case kRef8:
    case kRefSig8:
    case kRefSup8:
      return cursor.fixed<uint64_t>();
    case kSdata:
      return static_cast<uint64_t>(cursor.sleb());
    case kUdata:
    case kRefUdata:
    case kStrx:
    case kAddrx:
    case kLoclistx:
    case kRnglistx:
      return cursor.uleb();
    case kStrp:
    case kLineStrp:
    case kSecOffset:
    case kStrpSup:
    case kGnuRefAlt:
    case kGnuStrpAlt:
      return read_unsigned(cursor, encoding.offset_bytes);
    case kRefAddr:
      return read_unsigned(
          cursor, encoding.version < 3 ? encoding.address_bytes : encoding.offset_bytes);
    case kFlagPresent:
      return 1;
    case kImplicitConst:
      return static_cast<uint64_t>(constant);
    case kString: {
      const size_t at = cursor.position();
      cursor.text();
      return at;
    }
    case kBlock1:
      return read_block(cursor, cursor.fixed<uint8_t>());
    case kBlock2:
      return read_block(cursor, cursor.fixed<uint16_t>());
    case kBlock4:
      return read_block(cursor, cursor.fixed<uint32_t>());
    case kBlock:
    case kExprloc:
      return read_block(cursor, cursor.uleb());
    case kData16:
      return read_block(cursor, 16);
    default:
      cursor.fail();
      return 0;
  }
}

bool read_entry(ByteCursor& cursor, uint64_t base, const AbbreviationTable& table,
                const Encoding& encoding, Entry& entry) {
  entry.offset = base + cursor.position();
  entry.tag = 0;
  entry.forms.fill(0);
  const uint64_t code = cursor.uleb();
  if (code == 0) return !cursor.failed();
  const AbbreviationTable::Abbreviation* abbreviation = table.find(code);
  if (abbreviation == nullptr) return false;
  entry.tag = abbreviation->tag;
  for (const AbbreviationTable::Specification& one : table.specifications(*abbreviation)) {
    uint64_t form = one.form;
    if (form == kIndirect) form = cursor.uleb() & 0xffffU;
    const uint64_t value =
        read_form(cursor, static_cast<uint16_t>(form), one.constant, encoding);
    if (one.place == kAttributes) continue;
    entry.values[one.place] = form == kString ? base + value : value;
    entry.forms[one.place] = static_cast<uint16_t>(form);
  }
  return !cursor.failed();
}

}  // namespace pyspy::dwarf
