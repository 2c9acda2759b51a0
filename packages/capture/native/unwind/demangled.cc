// SPDX-License-Identifier: MIT
#include <cxxabi.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/utf8.h"
#include "unwind/symbolizer.h"

namespace pyspy {
namespace {

// The library's demangler takes time that grows faster than the name.
constexpr size_t kLongestMangled = 2048;
constexpr size_t kLongestDemangled = 4096;

bool is_hexadecimal(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Rust's older mangling is that of C++, with a hash as the last part of the name and escapes for
// what a C++ name cannot hold (rustc, legacy symbol mangling).
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

std::string demangled(const std::string& name) {
  if (!name.starts_with("_Z") || name.size() > kLongestMangled) return name;
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free);
  if (status != 0 || text == nullptr) return name;
  const std::string_view plain(text.get());
  if (plain.size() > kLongestDemangled) return name;
  // "f() [clone .cold]": what a compiler has split off.
  const std::string_view whole = plain.substr(0, plain.find(" [clone "));
  return is_rust(whole) ? without_rust_escapes(whole) : std::string(plain);
}

}  // namespace pyspy
