// SPDX-License-Identifier: MIT
#include "symbols/dwarf_unit.h"

namespace pyspy::dwarf {
namespace {

constexpr uint64_t kLongestHeader = 64;
constexpr size_t kMostUnits = 1U << 18U;
constexpr uint64_t kLongestEntry = 4096;
// Most tables take some kilobytes; the second try has all that is taken of any.
constexpr uint64_t kAbbreviationBytes[] = {64U << 10U, 4U << 20U};
constexpr size_t kMostRanges = 1U << 16U;
constexpr uint64_t kRangeListBytes = 16 * kMostRanges;

constexpr uint8_t kUnitType = 2, kUnitSkeleton = 4, kUnitSplitCompile = 5, kUnitSplitType = 6;

std::optional<UnitHeader> read_header(std::span<const uint8_t> bytes, uint64_t start,
                                      uint64_t section_size) {
  UnitHeader header;
  header.start = start;
  Encoding& encoding = header.encoding;
  ByteCursor cursor(bytes);
  uint64_t length = cursor.fixed<uint32_t>();
  if (length == 0xffffffffU) {
    encoding.offset_bytes = 8;
    length = cursor.fixed<uint64_t>();
  }
  const auto offset = [&] {
    return encoding.offset_bytes == 8 ? cursor.fixed<uint64_t>() : cursor.fixed<uint32_t>();
  };
  const uint64_t behind = start + cursor.position();
  if (cursor.failed() || length > section_size - std::min(behind, section_size)) return std::nullopt;
  header.end = behind + length;
  header.first_entry = header.end;  // nothing is known of other versions
  encoding.version = cursor.fixed<uint16_t>();
  if (encoding.version < 2 || encoding.version > 5) return header;
  uint8_t type = 0;
  if (encoding.version >= 5) {
    type = cursor.fixed<uint8_t>();
    encoding.address_bytes = cursor.fixed<uint8_t>();
    header.abbreviations = offset();
  } else {
    header.abbreviations = offset();
    encoding.address_bytes = cursor.fixed<uint8_t>();
  }
  if (type == kUnitSkeleton || type == kUnitSplitCompile) cursor.take(8);
  if (type == kUnitType || type == kUnitSplitType) cursor.take(8 + encoding.offset_bytes);
  if (!cursor.failed()) header.first_entry = std::min(start + cursor.position(), header.end);
  return header;
}

bool is_address(uint16_t form) {
  return form == kAddr || form == kAddrx || (form >= kAddrx1 && form <= kAddrx4);
}

}  // namespace

std::vector<UnitHeader> read_unit_headers(DwarfSection& info) {
  std::vector<UnitHeader> headers;
  for (uint64_t at = 0; at < info.size() && headers.size() < kMostUnits;) {
    const auto header = read_header(info.at(at, kLongestHeader), at, info.size());
    if (!header) break;
    headers.push_back(*header);
    at = header->end;
  }
  return headers;
}

std::optional<Unit> Unit::open(Sections& sections, const UnitHeader& header) {
  std::optional<AbbreviationTable> table;
  for (const uint64_t size : kAbbreviationBytes) {
    const auto bytes = sections.abbreviations.at(header.abbreviations, size);
    if (!sections.spend(1 + bytes.size() / 8)) return std::nullopt;
    table = AbbreviationTable::read(bytes);
    if (table || bytes.size() < size) break;
  }
  if (!table) return std::nullopt;
  Unit unit(sections, header, std::move(*table));
  const auto root = unit.entry_at(header.first_entry);
  if (!root) return std::nullopt;
  unit.root_ = *root;
  if (root->has(kLineProgram)) unit.line_program_ = root->value(kLineProgram);
  // A table begins with a head; a base behind it is only left out where there is one table.
  const unsigned offset_bytes = header.encoding.offset_bytes;
  const auto base = [&](Attribute attribute, uint64_t otherwise) {
    return root->has(attribute) ? root->value(attribute) : otherwise;
  };
  unit.string_offsets_base_ = base(kStringOffsetsBase, 2 * offset_bytes);
  unit.address_base_ = base(kAddressBase, 2 * offset_bytes);
  unit.range_lists_base_ = base(kRangeListsBase, 4 + 2 * offset_bytes);
  return unit;
}

std::optional<Entry> Unit::entry_at(uint64_t offset) {
  if (offset < header_.first_entry || offset >= header_.end) return std::nullopt;
  ByteCursor cursor(sections_->info.at(offset, std::min(header_.end - offset, kLongestEntry)));
  Entry entry;
  if (!read_entry(cursor, offset, table_, header_.encoding, entry)) return std::nullopt;
  return entry;
}

std::string Unit::directory() { return text(root_, kDirectory); }

std::vector<AddressRange> Unit::ranges_of(const Entry& entry) {
  if (entry.has(kRanges)) {
    const uint64_t value = entry.value(kRanges);
    if (header_.encoding.version < 5) return range_list(value);
    if (entry.forms[kRanges] != kRnglistx) return range_lists(value);
    const unsigned bytes = header_.encoding.offset_bytes;
    const uint64_t at = range_lists_base_ + value * bytes;
    return range_lists(range_lists_base_ + sections_->range_lists.number_at(at, bytes));
  }
  if (!entry.has(kLowPc) || !entry.has(kHighPc)) return {};
  const Address start = address(entry, kLowPc);
  const Address end = is_address(entry.forms[kHighPc]) ? address(entry, kHighPc)
                                                       : start + entry.value(kHighPc);
  if (end <= start) return {};
  return {{start, end}};
}

std::string Unit::text(const Entry& entry, Attribute attribute) {
  const uint64_t value = entry.value(attribute);
  switch (entry.forms[attribute]) {
    case kString:
      return sections_->info.text_at(value);
    case kStrp:
      return sections_->strings.text_at(value);
    case kLineStrp:
      return sections_->line_strings.text_at(value);
    case kStrx:
    case kStrx1:
    case kStrx2:
    case kStrx3:
    case kStrx4: {
      const unsigned bytes = header_.encoding.offset_bytes;
      const uint64_t at = string_offsets_base_ + value * bytes;
      return sections_->strings.text_at(sections_->string_offsets.number_at(at, bytes));
    }
    default:
      return {};
  }
}

std::optional<uint64_t> Unit::reference(const Entry& entry, Attribute attribute) const {
  switch (entry.forms[attribute]) {
    case kRef1:
    case kRef2:
    case kRef4:
    case kRef8:
    case kRefUdata:
      return header_.start + entry.value(attribute);
    case kRefAddr:
      return entry.value(attribute);
    default:
      return std::nullopt;
  }
}

Address Unit::address(const Entry& entry, Attribute attribute) {
  if (!entry.has(attribute)) return 0;
  const uint64_t value = entry.value(attribute);
  return entry.forms[attribute] == kAddr ? value : indexed_address(value);
}

Address Unit::indexed_address(uint64_t index) {
  const unsigned bytes = header_.encoding.address_bytes;
  return sections_->addresses.number_at(address_base_ + index * bytes, bytes);
}

// A list of .debug_ranges (DWARF 4, section 2.17.3).
std::vector<AddressRange> Unit::range_list(uint64_t offset) {
  std::vector<AddressRange> ranges;
  Address base = address(root_, kLowPc);
  for (uint64_t at = offset; ranges.size() < kMostRanges && sections_->spend(1); at += 16) {
    const auto pair = sections_->ranges.at(at, 16);
    if (pair.size() < 16) break;
    const auto start = load<uint64_t>(pair.data());
    const auto end = load<uint64_t>(pair.data() + 8);
    if (start == 0 && end == 0) break;
    if (start == ~Address{0}) {
      base = end;
    } else if (end > start) {
      ranges.push_back({base + start, base + end});
    }
  }
  return ranges;
}

// A list of .debug_rnglists (DWARF 5, section 2.17.3).
std::vector<AddressRange> Unit::range_lists(uint64_t offset) {
  std::vector<AddressRange> ranges;
  const unsigned address_bytes = header_.encoding.address_bytes;
  ByteCursor cursor(sections_->range_lists.at(offset, kRangeListBytes));
  Address base = address(root_, kLowPc);
  const auto read_address = [&] { return read_form(cursor, kAddr, 0, {5, 8, address_bytes}); };
  const auto add = [&](Address start, Address end) {
    if (end > start) ranges.push_back({start, end});
  };
  while (!cursor.failed() && ranges.size() < kMostRanges && sections_->spend(1)) {
    switch (cursor.fixed<uint8_t>()) {
      case 1:  // base_addressx
        base = indexed_address(cursor.uleb());
        break;
      case 2: {  // startx_endx
        const Address start = indexed_address(cursor.uleb());
        add(start, indexed_address(cursor.uleb()));
        break;
      }
      case 3: {  // startx_length
        const Address start = indexed_address(cursor.uleb());
        add(start, start + cursor.uleb());
        break;
      }
      case 4: {  // offset_pair
        const Address start = base + cursor.uleb();
        add(start, base + cursor.uleb());
        break;
      }
      case 5:  // base_address
        base = read_address();
        break;
      case 6: {  // start_end
        const Address start = read_address();
        add(start, read_address());
        break;
      }
      case 7: {  // start_length
        const Address start = read_address();
        add(start, start + cursor.uleb());
        break;
      }
      default:  // the end, or damage
        return ranges;
    }
  }
  return ranges;
}

}  // namespace pyspy::dwarf
