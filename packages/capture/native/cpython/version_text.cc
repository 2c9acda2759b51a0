// SPDX-License-Identifier: MIT
//
// Python/getversion.c: "%.80s (%.80s) %.80s" of PY_VERSION, Py_GetBuildInfo() and Py_GetCompiler().
#include "cpython/version_text.h"

#include <algorithm>
#include <string_view>

namespace pyspy {
namespace {

// Of a text that is looked at, and the shortest that is one.
constexpr size_t kMostText = 256;
constexpr size_t kLeastText = 12;
// PY_VERSION_HEX: PY_RELEASE_LEVEL_ALPHA to FINAL.
constexpr uint32_t kFinal = 0xf;

bool is_digit(uint8_t character) { return character >= '0' && character <= '9'; }

// A number of up to three digits; takes it off the text.
std::optional<uint32_t> take_number(std::string_view& text) {
  uint32_t number = 0;
  size_t digits = 0;
  while (digits < text.size() && is_digit(static_cast<uint8_t>(text[digits]))) {
    number = number * 10 + static_cast<uint32_t>(text[digits++] - '0');
    if (digits > 3) return std::nullopt;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

}  // namespace

std::optional<uint32_t> parse_version_text(std::span<const uint8_t> bytes) {
  const size_t length = std::min(bytes.size(), kMostText);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), length);
  text = text.substr(0, text.find('\0'));
  const auto major = take_number(text);
  if (!major || (*major != 2 && *major != 3) || !take(text, ".")) return std::nullopt;
  const auto minor = take_number(text);
  if (!minor || !take(text, ".")) return std::nullopt;
  const auto micro = take_number(text);
  if (!micro || *micro > 0xff || *minor > 0xff) return std::nullopt;
  uint32_t level = kFinal;
  uint32_t serial = 0;
  if (text.starts_with('a') || text.starts_with('b') || text.starts_with("rc") ||
      text.starts_with('c')) {
    level = text[0] == 'a' ? 0xa : text[0] == 'b' ? 0xb : 0xc;
    text.remove_prefix(text.starts_with("rc") ? 2 : 1);
    serial = take_number(text).value_or(0) & 0xfU;
  }
  // "2.7.15+", "3.8.5+chromium.3", "3.14.4 free-threading build (...".
  const size_t build = text.find(" (");
  if (build == std::string_view::npos || build > 80 || text.find(") ", build) == text.npos) {
    return std::nullopt;
  }
  if (text[0] != ' ' && text[0] != '+') return std::nullopt;
  // It says which Python it is compatible with, and is built otherwise.
  if (text.find("[PyPy") != text.npos) return std::nullopt;
  return *major << 24U | *minor << 16U | *micro << 8U | level << 4U | serial;
}

std::optional<uint32_t> find_version_text(RemoteMemory& memory,
                                          const std::vector<ElfSegment>& variables,
                                          const CpuBudget& budget) {
  std::optional<uint32_t> version;
  scan_variables(memory, variables, kMostText, budget,
                 [&](std::span<const uint8_t> bytes, Address) {
                   for (size_t at = 0; at + kLeastText <= bytes.size(); ++at) {
                     // A text of its own begins behind a zero, or where its variable does.
                     if (bytes[at + 1] != '.' || (bytes[at] != '2' && bytes[at] != '3')) continue;
                     if (at > 0 && bytes[at - 1] != 0) continue;
                     version = parse_version_text(bytes.subspan(at));
                     if (version) return true;
                   }
                   return false;
                 });
  return version;
}

}  // namespace pyspy
