// SPDX-License-Identifier: MIT
#include "base/utf8.h"

#include <gtest/gtest.h>

namespace pyspy {
namespace {

std::string encode(uint32_t code_point) {
  std::string text;
  append_utf8(text, code_point);
  return text;
}

TEST(Utf8, EncodesTheFirstAndLastOfEachLength) {
  EXPECT_EQ(encode(0), std::string(1, '\0'));
  EXPECT_EQ(encode(0x7F), "\x7F");
  EXPECT_EQ(encode(0x80), "\xC2\x80");
  EXPECT_EQ(encode(0x7FF), "\xDF\xBF");
  EXPECT_EQ(encode(0x800), "\xE0\xA0\x80");
  EXPECT_EQ(encode(0xFFFF), "\xEF\xBF\xBF");
  EXPECT_EQ(encode(0x10000), "\xF0\x90\x80\x80");
  EXPECT_EQ(encode(0x10FFFF), "\xF4\x8F\xBF\xBF");
}

TEST(Utf8, ReplacesWhatIsNoCharacter) {
  EXPECT_EQ(encode(0xD7FF), "\xED\x9F\xBF");
  EXPECT_EQ(encode(0xD800), "\xEF\xBF\xBD");
  EXPECT_EQ(encode(0xDFFF), "\xEF\xBF\xBD");
  EXPECT_EQ(encode(0xE000), "\xEE\x80\x80");
  EXPECT_EQ(encode(0x110000), "\xEF\xBF\xBD");
  EXPECT_EQ(encode(0xFFFFFFFF), "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace pyspy
