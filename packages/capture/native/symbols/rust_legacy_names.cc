// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <utility>

#include "base/file.h"
#include "base/utf8.h"
#include "symbols/rust_demangled.h"

namespace pyspy {
namespace {

bool is_hexadecimal(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_rust(std::string_view text) {
  constexpr size_t kHash = 19;  // "::h" and 16 digits
  return text.size() > kHash && text.substr(text.size() - kHash, 3) == "::h" &&
         is_hexadecimal(text.substr(text.size() - kHash + 3));
}

std::string without_rust_escapes(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 8> kEscapes = {{{"$SP$", '@'},
                                                                          {"$BP$", '*'},
                                                                          {"$RF$", '&'},
                                                                          {"$LT$", '<'},
                                                                          {"$GT$", '>'},
                                                                          {"$LP$", '('},
                                                                          {"$RP$", ')'},
                                                                          {"$C$", ','}}};
  text.remove_suffix(19);
  std::string plain;
  while (!text.empty()) {
    const auto escape = std::find_if(kEscapes.begin(), kEscapes.end(), [&](const auto& one) {
      return text.starts_with(one.first);
    });
    const size_t end = text.find('$', 1);
    if (escape != kEscapes.end()) {
      plain += escape->second;
      text.remove_prefix(escape->first.size());
    } else if (text.starts_with("$u") && end != std::string_view::npos && end < 10 &&
               is_hexadecimal(text.substr(2, end - 2))) {
      append_utf8(plain, static_cast<uint32_t>(parse_number(text.substr(2, end - 2), 16)));
      text.remove_prefix(end + 1);
    } else if (text.starts_with("..")) {
      plain += "::";
      text.remove_prefix(2);
    } else if (text.starts_with("_$") && (plain.empty() || plain.ends_with(':'))) {
      text.remove_prefix(1);  // a name must not begin with an escape
    } else {
      plain += text.front();
      text.remove_prefix(1);
    }
  }
  return plain;
}

}  // namespace

std::optional<std::string> legacy_rust_name(std::string_view demangled) {
  // "f() [clone .cold]": what a compiler has split off.
  const std::string_view whole = demangled.substr(0, demangled.find(" [clone "));
  if (!is_rust(whole)) return std::nullopt;
  return without_rust_escapes(whole);
}

}  // namespace pyspy
