// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace pyspy {

// Stands for what is not a character: U+FFFD.
inline constexpr uint32_t kReplacementCharacter = 0xFFFD;

// Appends a code point as UTF-8. Surrogates and numbers beyond Unicode, which UTF-8 cannot hold,
// become U+FFFD.
void append_utf8(std::string& text, uint32_t code_point);

// The bytes, with each that is no part of valid UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::span<const uint8_t> bytes);
inline std::string valid_utf8(std::string_view text) {
  return valid_utf8({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

}  // namespace pyspy
