// SPDX-License-Identifier: MIT
#include "unwind/eh_frame.h"

#include "unwind/byte_cursor.h"

namespace pyspy {
namespace {

constexpr uint32_t kExtendedLength = 0xffffffff;
constexpr size_t kMostDescriptions = 4U << 20U;
// No compiler writes longer ones; a damaged file must not keep us busy.
constexpr size_t kLongestAugmentation = 16;
constexpr size_t kLongestProgram = 1U << 20U;

enum PointerEncoding : uint8_t {
  kFormatMask = 0x0f,
  kAbsolute8 = 0x00,
  kUleb = 0x01,
  kUnsigned2 = 0x02,
  kUnsigned4 = 0x03,
  kUnsigned8 = 0x04,
  kSleb = 0x09,
  kSigned2 = 0x0a,
  kSigned4 = 0x0b,
  kSigned8 = 0x0c,
  kRelationMask = 0x70,
  kRelativeToItself = 0x10,
};

// A CIE or an FDE: its id field (0: a CIE; else how far back the CIE is), and what follows.
struct Entry {
  uint64_t id_offset = 0;
  uint32_t id = 0;
  std::span<const uint8_t> body;
  uint64_t body_offset = 0;
  uint64_t next = 0;
};

std::optional<Entry> read_entry(const EhFrame& section, uint64_t offset) {
  const std::span<const uint8_t> bytes = section.bytes;
  if (offset >= bytes.size()) return std::nullopt;
  ByteCursor cursor(bytes.subspan(offset));
  uint64_t length = cursor.fixed<uint32_t>();
  if (length == kExtendedLength) length = cursor.fixed<uint64_t>();
  if (cursor.failed() || length < sizeof(uint32_t) || length > cursor.left()) return std::nullopt;
  Entry entry;
  entry.id_offset = offset + cursor.position();
  entry.id = cursor.fixed<uint32_t>();
  entry.body_offset = offset + cursor.position();
  entry.body = cursor.take(length - sizeof(uint32_t));
  entry.next = offset + cursor.position();
  return entry;
}

std::optional<CommonInformation> read_common(const EhFrame& section, uint64_t offset) {
  const auto entry = read_entry(section, offset);
  if (!entry || entry->id != 0) return std::nullopt;
  ByteCursor cursor(entry->body);
  const auto version = cursor.fixed<uint8_t>();
  if (version != 1 && version != 3) return std::nullopt;
  const size_t text = cursor.position();
  while (cursor.fixed<uint8_t>() != 0) {
    if (cursor.position() - text > kLongestAugmentation) return std::nullopt;
  }
  if (cursor.failed()) return std::nullopt;
  const auto augmentation = entry->body.subspan(text, cursor.position() - text);
  CommonInformation common;
  common.code_alignment = cursor.uleb();
  common.data_alignment = cursor.sleb();
  if (version == 1) {
    cursor.fixed<uint8_t>();  // the return address's column
  } else {
    cursor.uleb();
  }
  if (augmentation[0] == 'z') {
    common.augmented = true;
    ByteCursor data(cursor.take(cursor.uleb()));
    for (const uint8_t letter : augmentation.subspan(1)) {
      if (letter == 'R') common.pointer_encoding = data.fixed<uint8_t>();
      if (letter == 'L') data.fixed<uint8_t>();
      if (letter == 'P') read_encoded_pointer(data, data.fixed<uint8_t>(), 0);
      if (letter == 'S') common.signal_frame = true;
    }
    if (data.failed()) return std::nullopt;
  } else if (augmentation[0] != 0) {
    return std::nullopt;  // of a kind that cannot be skipped
  }
  if (cursor.failed() || cursor.left() > kLongestProgram) return std::nullopt;
  common.instructions = cursor.take(cursor.left());
  return common;
}

std::optional<FrameDescription> read_description(const EhFrame& section, const Entry& entry,
                                                 const CommonInformation& common) {
  FrameDescription description;
  description.common = common;
  ByteCursor cursor(entry.body);
  const uint8_t encoding = common.pointer_encoding;
  description.start =
      read_encoded_pointer(cursor, encoding, section.address + entry.body_offset);
  description.length = read_encoded_pointer(cursor, encoding & kFormatMask, 0);
  if (common.augmented) cursor.take(cursor.uleb());
  if (cursor.failed() || cursor.left() > kLongestProgram) return std::nullopt;
  description.instructions_address = section.address + entry.body_offset + cursor.position();
  description.instructions = cursor.take(cursor.left());
  return description;
}

std::optional<uint64_t> common_offset(const Entry& entry) {
  if (entry.id == 0 || entry.id > entry.id_offset) return std::nullopt;
  return entry.id_offset - entry.id;
}

}  // namespace

uint64_t read_encoded_pointer(ByteCursor& cursor, uint8_t encoding, Address address) {
  const Address own = address + cursor.position();
  uint64_t value = 0;
  switch (encoding & kFormatMask) {
    case kUleb:
      value = cursor.uleb();
      break;
    case kUnsigned2:
      value = cursor.fixed<uint16_t>();
      break;
    case kUnsigned4:
      value = cursor.fixed<uint32_t>();
      break;
    case kSleb:
      value = static_cast<uint64_t>(cursor.sleb());
      break;
    case kSigned2:
      value = static_cast<uint64_t>(int64_t{cursor.fixed<int16_t>()});
      break;
    case kSigned4:
      value = static_cast<uint64_t>(int64_t{cursor.fixed<int32_t>()});
      break;
    case kAbsolute8:
    case kUnsigned8:
    case kSigned8:
      value = cursor.fixed<uint64_t>();
      break;
    default:
      return 0;
  }
  return (encoding & kRelationMask) == kRelativeToItself ? value + own : value;
}

std::optional<FrameDescription> read_frame_description(const EhFrame& section, uint64_t offset) {
  const auto entry = read_entry(section, offset);
  if (!entry) return std::nullopt;
  const auto at = common_offset(*entry);
  if (!at) return std::nullopt;
  const auto common = read_common(section, *at);
  if (!common) return std::nullopt;
  return read_description(section, *entry, *common);
}

std::vector<DescribedRange> list_frame_descriptions(const EhFrame& section) {
  std::vector<DescribedRange> found;
  // Descriptions of one CIE mostly stand together.
  std::optional<uint64_t> known_offset;
  std::optional<CommonInformation> known;
  for (uint64_t offset = 0; found.size() < kMostDescriptions;) {
    const auto entry = read_entry(section, offset);
    if (!entry) {
      // Pieces of a section end with a length of 0, each of them where files were joined.
      if (load_or_zero<uint32_t>(section.bytes, offset) != 0) break;
      offset += sizeof(uint32_t);
      if (offset >= section.bytes.size()) break;
      continue;
    }
    if (const auto at = common_offset(*entry)) {
      if (known_offset != at) {
        known_offset = at;
        known = read_common(section, *at);
      }
      if (known) {
        const auto one = read_description(section, *entry, *known);
        if (one && one->length > 0) found.push_back({one->start, one->length, offset});
      }
    }
    offset = entry->next;
  }
  return found;
}

}  // namespace pyspy
