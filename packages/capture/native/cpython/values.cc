// SPDX-License-Identifier: MIT
//
// Include/cpython/longintrepr.h, listobject.h, setobject.h, floatobject.h; of 2.7 intobject.h and
// setobject.h.
#include "cpython/values.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "base/utf8.h"

namespace pyspy {
namespace {

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
constexpr uint64_t kLargestLength = 1ULL << 40U;
constexpr size_t kLongestTypeName = 100;
// An int of more is told by its size: to write it takes time that grows with the square.
constexpr uint64_t kMostDigits = 128;
constexpr uint64_t kMostSlots = 4096;  // of a set's table that are looked at

// Decimal digits of a number whose digits of 30 bits, least first, these are.
std::string decimal(std::vector<uint32_t> digits) {
  constexpr uint32_t kBillion = 1'000'000'000;
  std::vector<uint32_t> parts;  // base 10^9, least first
  while (!digits.empty()) {
    uint64_t rest = 0;
    for (size_t i = digits.size(); i-- > 0;) {
      const uint64_t value = rest << 30U | digits[i];
      digits[i] = static_cast<uint32_t>(value / kBillion);
      rest = value % kBillion;
    }
    parts.push_back(static_cast<uint32_t>(rest));
    while (!digits.empty() && digits.back() == 0) digits.pop_back();
  }
  if (parts.empty()) return "0";
  std::string text = std::to_string(parts.back());
  for (size_t i = parts.size() - 1; i-- > 0;) {
    char part[16];
    std::snprintf(part, sizeof part, "%09u", parts[i]);
    text += part;
  }
  return text;
}

// The fewest digits that are this number again, as float.__repr__ has them.
std::string shortest(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char text[40];
  for (int digits = 1; digits <= 17; ++digits) {
    std::snprintf(text, sizeof text, "%.*g", digits, value);
    if (std::strtod(text, nullptr) == value) break;
  }
  std::string shown = text;
  // %g turns to exponents at once when the digits do not reach the point; Python from 1e16 on.
  if (shown.find('e') != std::string::npos && std::fabs(value) < 1e16 && std::fabs(value) >= 1) {
    std::snprintf(text, sizeof text, "%.1f", value);
    return text;
  }
  if (shown.find_first_of(".e") == std::string::npos) shown += ".0";
  return shown;
}

}  // namespace

void ValueReader::add(std::string_view text) {
  if (full_) return;
  const size_t room = limits_.length - std::min(limits_.length, out_.size());
  if (text.size() <= room) {
    out_ += text;
    return;
  }
  size_t end = room;
  // Not within a character.
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xc0U) == 0x80U) --end;
  out_ += text.substr(0, end);
  cut();
}

// Nothing more is added.
void ValueReader::cut() {
  if (!full_) out_ += kEllipsis;
  full_ = truncated_ = true;
}

ValueReader::Type ValueReader::type_of(Address object) {
  Type type;
  Address of = 0;
  RemoteMemory& memory = objects_.memory();
  if (!memory.read_value(object + static_cast<Address>(layout_.object_type), of)) return type;
  type.flags = objects_.type_flags(object);
  type.exact = (type.flags & kTypeIsHeapType) == 0;
  Address name = 0;
  if (!memory.read_value(of + static_cast<Address>(layout_.type_name), name)) return type;
  char text[kLongestTypeName + 1] = {};
  // It may stand just before memory that is not mapped.
  for (size_t size = kLongestTypeName; size >= 4 && !memory.read(name, text, size); size /= 2) {
    text[0] = '\0';
  }
  type.name = valid_utf8(std::string_view(text));
  return type;
}

ValueText ValueReader::read(Address object) {
  out_.clear();
  inside_.clear();
  full_ = truncated_ = false;
  ValueText value;
  const Type type = type_of(object);
  value.type_name = type.name;
  write(object, type);
  value.text = std::move(out_);
  value.truncated = truncated_;
  return value;
}

void ValueReader::write(Address object) {
  if (!full_) write(object, type_of(object));
}

void ValueReader::write(Address object, const Type& type) {
  if (write_plain(object, type)) return;
  const size_t before = out_.size();
  // A class of the program's own may be a kind of str or dict: what it is as such is told.
  if (!type.exact) add(type.name + "(");
  const bool written = write_integer(object, type) || write_text(object, type) ||
                       (type.name == "float" && write_float(object)) ||
                       write_container(object, type);
  if (!written) {
    out_.resize(before);
    write_unknown(object, type);
  } else if (!type.exact) {
    add(")");
  }
}

bool ValueReader::write_plain(Address object, const Type& type) {
  if (type.exact && type.name == "NoneType") return add("None"), true;
  if (!type.exact || type.name != "bool") return false;
  const std::optional<int64_t> value = objects_.integer(object);
  if (!value) return false;
  add(*value != 0 ? "True" : "False");
  return true;
}

bool ValueReader::write_integer(Address object, const Type& type) {
  if ((type.flags & (kTypeIsLong | kTypeIsInt)) == 0) return false;
  const bool is_long_of_2 = layout_.is_python_2() && (type.flags & kTypeIsInt) == 0;
  if (const std::optional<int64_t> value = objects_.integer(object)) {
    add(std::to_string(*value) + (is_long_of_2 ? "L" : ""));
    return true;
  }
  RemoteMemory& memory = objects_.memory();
  uint64_t size = 0;
  if (!memory.read_value(object + static_cast<Address>(layout_.long_size), size)) return false;
  const auto as_signed = static_cast<int64_t>(size);
  const bool negative = layout_.has_long_tag() ? (size & 3U) == 2 : as_signed < 0;
  const uint64_t count = layout_.has_long_tag() ? size >> 3U : negative ? 0 - size : size;
  if (count > kLargestLength) return false;
  if (count > kMostDigits) {
    add((negative ? "-<int of " : "<int of ") + std::to_string(count * 30) + " bits>");
    truncated_ = true;
    return true;
  }
  std::vector<uint32_t> digits(count);
  if (!memory.read(object + static_cast<Address>(layout_.long_digits), digits.data(), 4 * count)) {
    return false;
  }
  add((negative ? "-" : "") + decimal(std::move(digits)) + (is_long_of_2 ? "L" : ""));
  return true;
}

bool ValueReader::write_float(Address object) {
  double value = 0;
  if (!objects_.memory().read_value(object + static_cast<Address>(header()), value)) return false;
  add(shortest(value));
  return true;
}

bool ValueReader::write_text(Address object, const Type& type) {
  const size_t room = limits_.length - std::min(limits_.length, out_.size()) + 1;
  if ((type.flags & kTypeIsBytes) != 0) {
    bool more = false;
    const auto bytes = objects_.bytes(object, room, &more);
    if (!bytes) return false;
    if (!layout_.is_python_2()) add("b");
    write_quoted({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, true);
    if (more) cut();
    return true;
  }
  if ((type.flags & kTypeIsString) == 0) return false;
  const std::optional<std::string> text = objects_.string(object, room);
  if (!text) return false;
  if (layout_.is_python_2()) add("u");
  write_quoted(*text, false);
  return true;
}

void ValueReader::write_quoted(std::string_view text, bool bytes) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  add(std::string(1, quote));
  for (size_t i = 0; i < text.size() && !full_;) {
    const auto c = static_cast<uint8_t>(text[i]);
    size_t length = 1;
    char escaped[8];
    if (c == '\\' || c == static_cast<uint8_t>(quote)) {
      std::snprintf(escaped, sizeof escaped, "\\%c", c);
      add(escaped);
    } else if (c == '\n' || c == '\r' || c == '\t') {
      add(c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
    } else if (c < 0x20 || c == 0x7f || (bytes && c >= 0x80)) {
      std::snprintf(escaped, sizeof escaped, "\\x%02x", c);
      add(escaped);
    } else {
      while (!bytes && i + length < text.size() &&
             (static_cast<uint8_t>(text[i + length]) & 0xc0U) == 0x80U) {
        ++length;
      }
      add(text.substr(i, length));
    }
    i += length;
  }
  add(std::string(1, quote));
}

bool ValueReader::read_list(Address object, std::vector<Address>& items, uint64_t& count) {
  RemoteMemory& memory = objects_.memory();
  Address data = 0;
  if (!memory.read_value(object + static_cast<Address>(header()), count) ||
      !memory.read_value(object + static_cast<Address>(header()) + 8, data) ||
      count > kLargestLength) {
    return false;
  }
  items.resize(std::min<uint64_t>(count, limits_.items));
  return items.empty() || memory.read(data, items.data(), items.size() * sizeof(Address));
}

// A table of keys with their hashes; 2.7 has the hash first. A place that was used and is empty
// again has the hash -1.
bool ValueReader::read_set(Address object, std::vector<Address>& items, uint64_t& count) {
  RemoteMemory& memory = objects_.memory();
  const Address head = object + static_cast<Address>(header());
  uint64_t mask = 0;
  Address table = 0;
  if (!memory.read_value(head + 8, count) || !memory.read_value(head + 16, mask) ||
      !memory.read_value(head + 24, table) || (mask & (mask + 1)) != 0 || count > mask + 1) {
    return false;
  }
  std::vector<uint64_t> entries(2 * std::min(mask + 1, kMostSlots));
  if (!memory.read(table, entries.data(), entries.size() * sizeof(uint64_t))) return false;
  const size_t key = layout_.is_python_2() ? 1 : 0;
  for (size_t i = 0; i + 1 < entries.size() && items.size() < limits_.items; i += 2) {
    const bool is_dummy = entries[i + 1 - key] == UINT64_MAX;
    if (entries[i + key] != 0 && !is_dummy) items.push_back(entries[i + key]);
  }
  return true;
}

bool ValueReader::write_container(Address object, const Type& type) {
  const bool is_set = type.name == "set";
  const bool is_frozen_set = type.name == "frozenset";
  const bool is_list = (type.flags & kTypeIsList) != 0;
  const bool is_tuple = (type.flags & kTypeIsTuple) != 0;
  const bool is_dict = (type.flags & kTypeIsDict) != 0;
  if (!is_set && !is_frozen_set && !is_list && !is_tuple && !is_dict) return false;
  const bool contains_itself = std::find(inside_.begin(), inside_.end(), object) != inside_.end();
  if (contains_itself || inside_.size() >= limits_.depth) {
    truncated_ |= !contains_itself;
    add(is_list ? "[" : is_tuple ? "(" : "{");
    add(kEllipsis);
    add(is_list ? "]" : is_tuple ? ")" : "}");
    return true;
  }
  inside_.push_back(object);
  bool written = true;
  if (is_dict) {
    written = write_dict(object);
  } else {
    std::vector<Address> items;
    uint64_t count = 0;
    if (is_list) {
      written = read_list(object, items, count);
    } else if (is_tuple) {
      const auto found = objects_.tuple_items(object, limits_.items);
      written =
          found && objects_.memory().read_value(object + static_cast<Address>(header()), count);
      if (found) items = *found;
    } else {
      written = read_set(object, items, count);
    }
    if (written && (is_set || is_frozen_set) && count == 0) {
      add(is_set ? "set()" : "frozenset()");
    } else if (written) {
      if (is_frozen_set) add("frozenset(");
      add(is_list ? "[" : is_tuple ? "(" : "{");
      write_items(items, count);
      if (is_tuple && count == 1) add(",");
      add(is_list ? "]" : is_tuple ? ")" : "}");
      if (is_frozen_set) add(")");
    }
  }
  inside_.pop_back();
  return written;
}

void ValueReader::leave_out_rest() {
  add(std::string(", ") + std::string(kEllipsis));
  truncated_ = true;
}

void ValueReader::write_items(const std::vector<Address>& items, uint64_t count) {
  for (size_t i = 0; i < items.size() && !full_; ++i) {
    if (i > 0) add(", ");
    write(items[i]);
  }
  if (items.size() < count) leave_out_rest();
}

bool ValueReader::write_dict(Address object) {
  std::vector<ObjectReader::Entry> entries;
  if (!objects_.dict_entries(object, entries)) return false;
  add("{");
  for (size_t i = 0; i < entries.size() && i < limits_.items && !full_; ++i) {
    if (i > 0) add(", ");
    write(entries[i].key);
    add(": ");
    write(entries[i].value);
  }
  if (entries.size() > limits_.items) leave_out_rest();
  add("}");
  return true;
}

void ValueReader::write_unknown(Address object, const Type& type) {
  char text[24];
  std::snprintf(text, sizeof text, " at 0x%llx>", static_cast<unsigned long long>(object));
  add("<" + (type.name.empty() ? std::string("unreadable") : type.name) + text);
}

}  // namespace pyspy
