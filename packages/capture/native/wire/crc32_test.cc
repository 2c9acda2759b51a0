// SPDX-License-Identifier: MIT
#include "wire/crc32.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace pyspy {
namespace {

uint32_t crc_of(std::string_view text, uint32_t crc = 0) {
  return crc32(crc, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

// The check value of the CRC catalogue, and values of zlib.
TEST(Crc32, IsThatOfGzip) {
  EXPECT_EQ(crc_of(""), 0U);
  EXPECT_EQ(crc_of("a"), 0xE8B7BE43U);
  EXPECT_EQ(crc_of("123456789"), 0xCBF43926U);
  EXPECT_EQ(crc_of("The quick brown fox jumps over the lazy dog"), 0x414FA339U);
  EXPECT_EQ(crc32(0, std::vector<uint8_t>(32)), 0x190A55ADU);
  EXPECT_EQ(crc32(0, std::vector<uint8_t>(32, 0xFF)), 0xFF6CAB0BU);
}

TEST(Crc32, GoesOnWhereItStopped) {
  const std::string_view text = "The quick brown fox jumps over the lazy dog";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(crc_of(text.substr(cut), crc_of(text.substr(0, cut))), 0x414FA339U) << cut;
  }
}

}  // namespace
}  // namespace pyspy
