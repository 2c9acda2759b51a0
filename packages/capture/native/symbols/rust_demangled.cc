// SPDX-License-Identifier: MIT
#include "symbols/rust_demangled.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/utf8.h"

namespace pyspy {
namespace {

constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr int kDeepest = 300;
// What is referred to may refer to the same again: names of a few letters could grow without end.
constexpr size_t kLongest = 4096;
constexpr size_t kMostWork = 16 * kLongest;
constexpr uint64_t kMostLifetimes = 64;

std::string_view basic_type(char letter) {
  constexpr std::string_view kNames[] = {
      "i8",  "bool", "char", "f64", "str", "f32", "",    "u8",  "isize", "usize", "",    "i32", "u32",
      "i128", "u128", "_",   "",    "",    "i16", "u16", "()",  "...",   "",      "i64", "u64", "!"};
  return letter >= 'a' && letter <= 'z' ? kNames[letter - 'a'] : std::string_view();
}

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
bool is_upper(char letter) { return letter >= 'A' && letter <= 'Z'; }
bool is_lower(char letter) { return letter >= 'a' && letter <= 'z'; }

// Decodes an identifier in which "_" stands for the "-" of RFC 3492.
std::optional<std::string> decode_punycode(std::string_view text) {
  const size_t delimiter = text.rfind('_');
  const bool has_plain = delimiter != std::string_view::npos;
  std::vector<uint32_t> points;
  if (has_plain) points.assign(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(delimiter));
  const std::string_view digits = has_plain ? text.substr(delimiter + 1) : text;
  uint64_t point = 128, index = 0, bias = 72;
  for (size_t at = 0; at < digits.size();) {
    const uint64_t before = index;
    uint64_t weight = 1;
    for (uint64_t k = 36;; k += 36) {
      if (at == digits.size() || weight > (1ULL << 32U)) return std::nullopt;
      const char letter = digits[at++];
      if (!is_lower(letter) && !is_digit(letter)) return std::nullopt;
      const auto digit = static_cast<uint64_t>(is_digit(letter) ? letter - '0' + 26 : letter - 'a');
      index += digit * weight;
      const uint64_t threshold = k <= bias ? 1 : std::min<uint64_t>(k - bias, 26);
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    const uint64_t count = points.size() + 1;
    uint64_t delta = (index - before) / (before == 0 ? 700 : 2);
    delta += delta / count;
    bias = 0;
    for (; delta > 455; bias += 36) delta /= 35;
    bias += 36 * delta / (delta + 38);
    point += index / count;
    index %= count;
    if (point > 0x10ffff) return std::nullopt;
    points.insert(points.begin() + static_cast<std::ptrdiff_t>(index++),
                  static_cast<uint32_t>(point));
  }
  std::string plain;
  for (const uint32_t one : points) append_utf8(plain, one);
  return plain;
}

class RustName {
 public:
  explicit RustName(std::string_view text) : text_(text) {}

  std::optional<std::string> parse() {
    if (is_digit(peek())) return std::nullopt;  // of a later version
    std::string name = path(true);
    if (is_upper(peek())) path(false);  // the crate that it was instantiated in
    // Vendors add ".llvm.123" and such.
    if (at_ < text_.size() && peek() != '.' && peek() != '$') fail();
    if (failed_) return std::nullopt;
    return name;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  char next() {
    if (at_ >= text_.size()) {
      fail();
      return '\0';
    }
    return text_[at_++];
  }

  bool take(char letter) {
    if (peek() != letter || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }

  // Nothing more is read: every loop and every level ends.
  std::string fail() {
    failed_ = true;
    at_ = text_.size();
    return {};
  }

  // Reads what stands in a deeper level, within bounds.
  template <typename Read>
  std::string nested(Read read) {
    if (failed_ || ++depth_ > kDeepest) return fail();
    std::string text = read();
    --depth_;
    work_ += text.size() + 1;
    if (text.size() > kLongest || work_ > kMostWork) return fail();
    return text;
  }

  uint64_t base62() {
    if (take('_')) return 0;
    uint64_t value = 0;
    while (!failed_ && !take('_')) {
      const size_t digit = kDigits.find(next());
      if (digit == std::string_view::npos || value > (1ULL << 56U)) fail();
      value = value * 62 + digit;
    }
    return value + 1;
  }

  // The number behind a letter, plus one; 0: the letter is not there.
  uint64_t optional(char letter) { return take(letter) ? base62() + 1 : 0; }

  std::string identifier() {
    const bool is_punycode = take('u');
    if (!is_digit(peek())) return fail();
    size_t length = 0;
    // No number but 0 begins with a 0.
    if (!take('0')) {
      while (is_digit(peek()) && length <= text_.size()) {
        length = length * 10 + static_cast<size_t>(next() - '0');
      }
    }
    take('_');
    if (length > text_.size() - at_) return fail();
    const std::string_view text = text_.substr(at_, length);
    at_ += length;
    if (!is_punycode) return std::string(text);
    return decode_punycode(text).value_or("punycode{" + std::string(text) + "}");
  }

  // Reads at an earlier place what is said again.
  template <typename Read>
  std::string again(Read read) {
    const size_t here = at_ - 1;
    const uint64_t target = base62() + 2;
    if (failed_ || target >= here) return fail();
    const size_t after = at_;
    at_ = target;
    std::string text = read();
    if (!failed_) at_ = after;
    return text;
  }

  // `is_value`: generic arguments have "::" before them.
  std::string path(bool is_value) {
    return nested([&]() -> std::string {
      switch (next()) {
        case 'C':
          optional('s');
          return identifier();
        case 'M':
          impl_path();
          return "<" + type() + ">";
        case 'X':
          impl_path();
          return trait_path();
        case 'Y':
          return trait_path();
        case 'N':
          return in_namespace(is_value);
        case 'I': {
          const std::string generic = path(is_value);
          return generic + (is_value ? "::<" : "<") + list([&] { return generic_argument(); }) + ">";
        }
        case 'B':
          return again([&] { return path(is_value); });
        default:
          return fail();
      }
    });
  }

  void impl_path() {
    optional('s');
    path(false);
  }

  std::string trait_path() {
    const std::string self = type();
    return "<" + self + " as " + path(false) + ">";
  }

  std::string in_namespace(bool is_value) {
    const char kind = next();
    const std::string outer = path(is_value);
    const uint64_t number = optional('s');
    const std::string name = identifier();
    if (is_lower(kind)) return name.empty() ? outer : outer + "::" + name;
    if (!is_upper(kind)) return fail();
    const std::string word = kind == 'C' ? "closure" : kind == 'S' ? "shim" : std::string(1, kind);
    return outer + "::{" + word + (name.empty() ? "" : ":") + name + "#" + std::to_string(number) +
           "}";
  }

  template <typename Read>
  std::string list(Read read, std::string_view separator = ", ") {
    std::string text;
    for (bool first = true; !failed_ && !take('E'); first = false) {
      if (!first) text += separator;
      text += read();
      if (text.size() > kLongest) return fail();
    }
    return text;
  }

  std::string generic_argument() {
    if (take('L')) return lifetime(base62());
    return take('K') ? constant() : type();
  }

  std::string lifetime(uint64_t index) {
    if (index == 0) return "'_";
    if (index > lifetimes_) return fail();
    const uint64_t depth = lifetimes_ - index;
    if (depth < 26) return {'\'', static_cast<char>('a' + depth)};
    return "'_" + std::to_string(depth);
  }

  std::string type() {
    return nested([&]() -> std::string {
      const char letter = next();
      if (const std::string_view basic = basic_type(letter); !basic.empty()) {
        return std::string(basic);
      }
      switch (letter) {
        case 'A': {
          const std::string element = type();
          return "[" + element + "; " + constant() + "]";
        }
        case 'S':
          return "[" + type() + "]";
        case 'T':
          return tuple();
        case 'R':
          return reference("");
        case 'Q':
          return reference("mut ");
        case 'P':
          return "*const " + type();
        case 'O':
          return "*mut " + type();
        case 'F':
          return bound([&] { return function_type(); });
        case 'D':
          return dynamic_type();
        case 'B':
          return again([&] { return type(); });
        default:
          if (failed_) return {};
          --at_;
          return path(false);
      }
    });
  }

  std::string tuple() {
    int parts = 0;
    const std::string text = list([&] {
      ++parts;
      return type();
    });
    return "(" + text + (parts == 1 ? ",)" : ")");
  }

  std::string reference(const char* is_mutable) {
    const uint64_t index = take('L') ? base62() : 0;
    const std::string named = index == 0 ? std::string() : lifetime(index) + " ";
    return "&" + named + is_mutable + type();
  }

  std::string dynamic_type() {
    const std::string bounds =
        bound([&] { return list([&] { return dynamic_trait(); }, " + "); });
    if (!take('L')) return fail();
    const uint64_t index = base62();
    return "dyn " + bounds + (index == 0 ? std::string() : " + " + lifetime(index));
  }

  // What stands behind "for<'a, 'b> ".
  template <typename Read>
  std::string bound(Read read) {
    const uint64_t count = optional('G');
    if (count > kMostLifetimes) return fail();
    lifetimes_ += count;
    std::string names;
    for (uint64_t i = count; i > 0; --i) names += (names.empty() ? "" : ", ") + lifetime(i);
    const std::string text = read();
    lifetimes_ -= count;
    return count == 0 ? text : "for<" + names + "> " + text;
  }

  std::string function_type() {
    std::string text = take('U') ? "unsafe " : "";
    if (take('K')) {
      std::string abi = take('C') ? "C" : identifier();
      for (char& letter : abi) letter = letter == '_' ? '-' : letter;
      text += "extern \"" + abi + "\" ";
    }
    text += "fn(" + list([&] { return type(); }) + ")";
    return take('u') ? text : text + " -> " + type();
  }

  std::string dynamic_trait() {
    std::string trait = path(false);
    std::string bindings;
    while (!failed_ && take('p')) {
      const std::string name = identifier();
      bindings += (bindings.empty() ? "" : ", ") + name + " = " + type();
    }
    if (bindings.empty()) return trait;
    if (!trait.ends_with('>')) return trait + "<" + bindings + ">";
    trait.pop_back();
    return trait + ", " + bindings + ">";
  }

  std::string constant() {
    if (take('B')) {
      return nested([&] { return again([&] { return constant(); }); });
    }
    const char kind = next();
    if (kind == 'p') return "_";
    const bool is_negative = take('n');
    const size_t start = at_;
    while (is_digit(peek()) || (peek() >= 'a' && peek() <= 'f')) ++at_;
    const std::string_view digits = text_.substr(start, at_ - start);
    if (!take('_')) return fail();
    // No constant of a real program needs more; it is shown as it is.
    if (digits.size() > 16) return "0x" + std::string(digits);
    uint64_t value = 0;
    for (const char digit : digits) value = value * 16 + kDigits.find(digit);
    if (kind == 'b') return value == 0 ? "false" : "true";
    if (kind == 'c') {
      if (value > 0x10ffff) return fail();
      std::string text = "'";
      append_utf8(text, static_cast<uint32_t>(value));
      return text + "'";
    }
    if (std::string_view("ahijlmnostxy").find(kind) == std::string_view::npos) return fail();
    return (is_negative ? "-" : "") + std::to_string(value);
  }

  std::string_view text_;
  size_t at_ = 2;
  int depth_ = 0;
  size_t work_ = 0;
  uint64_t lifetimes_ = 0;  // that enclosing binders have named
  bool failed_ = false;
};

}  // namespace

std::optional<std::string> rust_demangled(std::string_view mangled) {
  return RustName(mangled).parse();
}

}  // namespace pyspy
