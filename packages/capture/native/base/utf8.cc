// SPDX-License-Identifier: MIT
#include "base/utf8.h"

namespace pyspy {

void append_utf8(std::string& text, uint32_t code_point) {
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (surrogate || code_point > 0x10FFFF) code_point = kReplacementCharacter;

  const auto continuation = [&](unsigned shift) {
    text.push_back(static_cast<char>(0x80U | ((code_point >> shift) & 0x3FU)));
  };
  if (code_point < 0x80) {
    text.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    text.push_back(static_cast<char>(0xC0U | (code_point >> 6U)));
    continuation(0);
  } else if (code_point < 0x10000) {
    text.push_back(static_cast<char>(0xE0U | (code_point >> 12U)));
    continuation(6);
    continuation(0);
  } else {
    text.push_back(static_cast<char>(0xF0U | (code_point >> 18U)));
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

}  // namespace pyspy
