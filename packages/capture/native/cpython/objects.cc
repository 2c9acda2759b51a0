// SPDX-License-Identifier: MIT
//
// Objects other than dicts. Include/object.h; Include/cpython/unicodeobject.h, longintrepr.h,
// bytesobject.h, tupleobject.h.
#include "cpython/objects.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace pyspy {
namespace {

// No object begins in the first page.
constexpr Address kLowestObject = 4096;
// Lengths beyond are garbage, not something to be cut.
constexpr uint64_t kLargestLength = 1ULL << 40U;
// What a first read hopes to have of the contents.
constexpr size_t kExpectedText = 64;
constexpr size_t kExpectedBytes = 192;
// Callers cannot ask for more of one object.
constexpr size_t kLargestCopy = 16U << 20U;

constexpr uint64_t kTypeIsReady = 1U << 12U;

constexpr std::pair<std::string_view, uint64_t> kKindsByName[] = {
    {"int", kTypeIsInt},   {"long", kTypeIsLong},      {"tuple", kTypeIsTuple},
    {"str", kTypeIsBytes}, {"unicode", kTypeIsString}, {"dict", kTypeIsDict},
    {"type", kTypeIsType},
};

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

// Code units of `kind` bytes as UTF-8.
std::string decode(const uint8_t* data, size_t count, unsigned kind, bool ascii) {
  std::string text;
  text.reserve(count + kEllipsis.size());
  for (size_t i = 0; i < count; ++i) {
    uint32_t unit = 0;
    if (kind == 1) {
      unit = data[i];
      if (ascii && unit >= 0x80) unit = kReplacementCharacter;
    } else if (kind == 2) {
      unit = load<uint16_t>(data + 2 * i);
    } else {
      unit = load<uint32_t>(data + 4 * i);
    }
    append_utf8(text, unit);
  }
  return text;
}

}  // namespace

// Reads what an object of a known least size begins with, and what probably follows it. The latter
// is given up where the object is the last one before memory that is not mapped.
bool ObjectReader::read_head(Address object, size_t needed, size_t wanted, Head& head) {
  if (object < kLowestObject) return false;
  wanted = std::min(std::max(needed, wanted), head.bytes.size());
  head.size = wanted;
  if (memory_.read(object, head.bytes.data(), wanted)) return true;
  head.size = needed;
  return needed < wanted && memory_.read(object, head.bytes.data(), needed);
}

// The bytes [offset, offset + length) of an object: out of what was read, else by another read.
const uint8_t* ObjectReader::contents(Address object, const Head& head, size_t offset,
                                      size_t length) {
  if (offset <= head.size && head.size - offset >= length) return head.bytes.data() + offset;
  return copy(object + offset, length);
}

// Up to kLargestCopy bytes, which stay until the next call.
const uint8_t* ObjectReader::copy(Address address, size_t length) {
  if (length > kLargestCopy) return nullptr;
  scratch_.resize(std::max<size_t>(length, 1));
  if (length != 0 && !memory_.read(address, scratch_.data(), length)) return nullptr;
  return scratch_.data();
}

uint64_t ObjectReader::flags_of_type(Address type) {
  StaticType& known = static_types_[(type >> 4U) % kStaticTypes];
  if (type != 0 && known.type == type) return known.flags;

  Head head;
  const size_t size = static_cast<size_t>(layout_.type_flags) + 8;
  if (!read_head(type, size, size, head)) return 0;
  const uint64_t flags =
      head.load<uint64_t>(layout_.type_flags) | kind_by_name(head.load<Address>(layout_.type_name));
  const bool is_static = (flags & kTypeIsReady) != 0 && (flags & kTypeIsHeapType) == 0;
  uint64_t meta_flags = 0;
  const Address meta_type = head.load<Address>(layout_.object_type);
  if (is_static && memory_.read_value(meta_type + layout_.type_flags, meta_flags) &&
      (meta_flags & kTypeIsType) != 0) {
    known = {type, flags};
  }
  return flags;
}

// Before 2.6 the flags do not say of what kind objects are: the names of the types do.
uint64_t ObjectReader::kind_by_name(Address name) {
  if (layout_.has_kind_flags()) return 0;
  char text[8] = {};
  if (!memory_.read(name, text, sizeof text - 1)) return 0;
  const std::string_view type(text);
  for (const auto& [known, flag] : kKindsByName) {
    if (type == known) return flag;
  }
  return 0;
}

uint64_t ObjectReader::length_in(const Head& head, int32_t offset) const {
  return layout_.has_wide_lengths() ? head.load<uint64_t>(offset) : head.load<uint32_t>(offset);
}

uint64_t ObjectReader::type_flags(Address object) {
  Head head;
  const size_t size = static_cast<size_t>(layout_.object_type) + 8;
  if (!read_head(object, size, size, head)) return 0;
  return flags_of_type(head.load<Address>(layout_.object_type));
}

bool ObjectReader::is_a(const Head& head, uint64_t flag) {
  return (flags_of_type(head.load<Address>(layout_.object_type)) & flag) != 0;
}

// A str or unicode of Python 2. Source code may be in any encoding, and names are as it has them:
// what is not UTF-8 becomes U+FFFD.
std::optional<std::string> ObjectReader::string_of_python_2(Address object, size_t max_length) {
  if (const auto text = bytes(object, max_length)) return valid_utf8({text->data(), text->size()});
  Head head;
  const auto pointer = static_cast<size_t>(layout_.unicode_pointer);
  if (!read_head(object, pointer + sizeof(Address), pointer + sizeof(Address), head) ||
      !is_a(head, kTypeIsString)) {
    return std::nullopt;
  }
  const uint64_t length = length_in(head, layout_.string_length);
  if (length > kLargestLength) return std::nullopt;
  const size_t count = std::min<size_t>({length, max_length, kLargestCopy / 4});
  const auto data = head.load<Address>(layout_.unicode_pointer);
  // Characters of four bytes, or of two where it was built so: then two of them are no character.
  constexpr uint32_t kLastCharacter = 0x10ffff;
  const uint8_t* units = copy(data, count * 4);
  bool wide = units != nullptr;
  for (size_t i = 0; wide && i < count; ++i) wide = load<uint32_t>(units + 4 * i) <= kLastCharacter;
  if (!wide) units = copy(data, count * 2);
  if (units == nullptr) return std::nullopt;
  return decode(units, count, wide ? 4 : 2, false);
}

std::optional<std::string> ObjectReader::string(Address object, size_t max_length) {
  if (layout_.is_python_2()) return string_of_python_2(object, max_length);
  Head head;
  const auto compact_data = static_cast<size_t>(layout_.string_compact_data);
  if (!read_head(object, static_cast<size_t>(layout_.string_ascii_data),
                 compact_data + kExpectedText, head) ||
      !is_a(head, kTypeIsString)) {
    return std::nullopt;
  }
  const auto length = head.load<uint64_t>(layout_.string_length);
  const uint32_t state = head.load<uint32_t>(layout_.string_state) >> layout_.string_kind_bit;
  const unsigned kind = state & 7U;
  const bool compact = (state & 8U) != 0;
  const bool ascii = (state & 16U) != 0;
  if (length > kLargestLength || (kind != 1 && kind != 2 && kind != 4)) return std::nullopt;
  max_length = std::min(max_length, kLargestCopy / 4);
  const size_t count = std::min<size_t>(length, max_length);

  const uint8_t* data = nullptr;
  if (compact) {
    const size_t offset = ascii ? static_cast<size_t>(layout_.string_ascii_data) : compact_data;
    data = contents(object, head, offset, count * kind);
  } else {
    // An instance of a subclass of str: its text is elsewhere.
    const uint8_t* pointer = contents(object, head, compact_data, sizeof(Address));
    if (pointer != nullptr) data = copy(load<Address>(pointer), count * kind);
  }
  if (data == nullptr) return std::nullopt;
  std::string text = decode(data, count, kind, ascii);
  if (count < length) text += kEllipsis;
  return text;
}

std::optional<std::vector<uint8_t>> ObjectReader::bytes(Address object, size_t max_length,
                                                        bool* truncated) {
  Head head;
  const auto offset = static_cast<size_t>(layout_.bytes_data);
  if (!read_head(object, offset, offset + kExpectedBytes, head) || !is_a(head, kTypeIsBytes)) {
    return std::nullopt;
  }
  const uint64_t length = length_in(head, layout_.bytes_size);
  if (length > kLargestLength) return std::nullopt;
  const size_t count = std::min<size_t>({length, max_length, kLargestCopy});
  const uint8_t* data = contents(object, head, offset, count);
  if (data == nullptr) return std::nullopt;
  if (truncated != nullptr) *truncated = count < length;
  return std::vector<uint8_t>(data, data + count);
}

std::optional<int64_t> ObjectReader::integer(Address object) {
  // Three digits of 30 bits are enough for 64 bits.
  constexpr uint64_t kMostDigits = 3;
  constexpr unsigned kDigitBits = 30;
  Head head;
  const auto digits = static_cast<size_t>(layout_.long_digits);
  if (!read_head(object, digits, digits + 4 * kMostDigits, head)) return std::nullopt;
  if (layout_.is_python_2() && is_a(head, kTypeIsInt)) {
    return head.load<int64_t>(layout_.long_size);  // PyIntObject.ob_ival
  }
  if (!is_a(head, kTypeIsLong)) return std::nullopt;
  const auto size = head.load<int64_t>(layout_.long_size);
  uint64_t count = 0;
  bool negative = false;
  if (layout_.has_long_tag()) {
    // pycore_long.h: sign in the two lowest bits (0 positive, 1 zero, 2 negative), a flag, count.
    count = static_cast<uint64_t>(size) >> 3U;
    negative = (size & 3) == 2;
    if ((size & 3) == 1) count = 0;
  } else {
    negative = size < 0;
    count = negative ? 0 - static_cast<uint64_t>(size) : static_cast<uint64_t>(size);
  }
  if (count > kMostDigits) return std::nullopt;
  const uint8_t* data = contents(object, head, digits, 4 * count);
  if (data == nullptr) return std::nullopt;

  uint64_t magnitude = 0;
  for (uint64_t i = count; i-- > 0;) {
    if (magnitude >> (64 - kDigitBits) != 0) return std::nullopt;
    magnitude = magnitude << kDigitBits | load<uint32_t>(data + 4 * i);
  }
  const uint64_t most = static_cast<uint64_t>(INT64_MAX) + (negative ? 1 : 0);
  if (magnitude > most) return std::nullopt;
  return static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
}

std::optional<std::vector<Address>> ObjectReader::tuple_items(Address object, size_t max_count) {
  Head head;
  const auto offset = static_cast<size_t>(layout_.tuple_items);
  if (!read_head(object, offset, head.bytes.size(), head) || !is_a(head, kTypeIsTuple)) {
    return std::nullopt;
  }
  const uint64_t length = length_in(head, layout_.tuple_size);
  if (length > kLargestLength) return std::nullopt;
  const size_t count = std::min<size_t>({length, max_count, kMostEntries});
  const uint8_t* data = contents(object, head, offset, count * sizeof(Address));
  if (data == nullptr) return std::nullopt;
  std::vector<Address> items;
  items.reserve(count);
  for (size_t i = 0; i < count; ++i) items.push_back(load<Address>(data + i * sizeof(Address)));
  return items;
}

}  // namespace pyspy
