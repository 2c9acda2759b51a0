// SPDX-License-Identifier: MIT
#include "wire/proto_buffer.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "wire/decoded_message.h"

namespace pyspy {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes bytes_of(const ProtoBuffer& buffer) { return {buffer.bytes().begin(), buffer.bytes().end()}; }

template <typename Add>
Bytes encoded(Add add) {
  ProtoBuffer buffer;
  add(buffer);
  return bytes_of(buffer);
}

// The examples of the protobuf encoding guide, and the ends of the ranges.
TEST(ProtoBuffer, WritesKnownBytes) {
  const auto uint = [](uint64_t value) {
    return encoded([&](ProtoBuffer& buffer) { buffer.add_uint(1, value); });
  };
  EXPECT_EQ(uint(1), (Bytes{0x08, 0x01}));
  EXPECT_EQ(uint(127), (Bytes{0x08, 0x7F}));
  EXPECT_EQ(uint(128), (Bytes{0x08, 0x80, 0x01}));
  EXPECT_EQ(uint(150), (Bytes{0x08, 0x96, 0x01}));
  EXPECT_EQ(uint(std::numeric_limits<uint64_t>::max()),
            (Bytes{0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}));

  const auto sint = [](int64_t value) {
    return encoded([&](ProtoBuffer& buffer) { buffer.add_sint(2, value); });
  };
  EXPECT_EQ(sint(-1), (Bytes{0x10, 0x01}));
  EXPECT_EQ(sint(1), (Bytes{0x10, 0x02}));
  EXPECT_EQ(sint(-2), (Bytes{0x10, 0x03}));
  EXPECT_EQ(sint(std::numeric_limits<int64_t>::min()),
            (Bytes{0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}));

  EXPECT_EQ(encoded([](ProtoBuffer& buffer) { buffer.add_entry(2, "testing"); }),
            (Bytes{0x12, 0x07, 't', 'e', 's', 't', 'i', 'n', 'g'}));
  EXPECT_EQ(encoded([](ProtoBuffer& buffer) { buffer.add_fixed32(1, 0x01020304); }),
            (Bytes{0x0D, 4, 3, 2, 1}));
  EXPECT_EQ(encoded([](ProtoBuffer& buffer) { buffer.add_fixed64(1, 0x0102030405060708); }),
            (Bytes{0x09, 8, 7, 6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(encoded([](ProtoBuffer& buffer) { buffer.add_double(1, 1.0); }),
            (Bytes{0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F}));
  // A field number of two bytes.
  EXPECT_EQ(encoded([](ProtoBuffer& buffer) { buffer.add_uint(16, 1); }),
            (Bytes{0x80, 0x01, 0x01}));
}

TEST(ProtoBuffer, WritesPackedColumns) {
  const std::vector<uint32_t> ids = {3, 270, 86942};
  EXPECT_EQ(encoded([&](ProtoBuffer& buffer) { buffer.add_packed(6, ids); }),
            (Bytes{0x32, 0x06, 0x03, 0x8E, 0x02, 0x9E, 0xA7, 0x05}));
  const std::vector<int32_t> deltas = {0, -1, 1, std::numeric_limits<int32_t>::min()};
  EXPECT_EQ(encoded([&](ProtoBuffer& buffer) { buffer.add_packed_sint(1, deltas); }),
            (Bytes{0x0A, 0x08, 0x00, 0x01, 0x02, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F}));
  const std::vector<uint64_t> large = {0, uint64_t{1} << 63U};
  EXPECT_EQ(encoded([&](ProtoBuffer& buffer) { buffer.add_packed_long(1, large); }),
            (Bytes{0x0A, 0x0B, 0x00, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}));
}

TEST(ProtoBuffer, LeavesOutWhatProto3LeavesOut) {
  ProtoBuffer buffer;
  buffer.add_uint(1, 0);
  buffer.add_sint(2, 0);
  buffer.add_double(3, 0);
  buffer.add_text(4, "");
  buffer.add_packed(5, {});
  EXPECT_TRUE(buffer.empty());
  // Entries of tables take an id, so they are there even when empty.
  buffer.add_entry(1, "");
  buffer.add_message(2, ProtoBuffer());
  EXPECT_EQ(bytes_of(buffer), (Bytes{0x0A, 0x00, 0x12, 0x00}));
  buffer.clear();
  EXPECT_TRUE(buffer.empty());
}

TEST(ProtoBuffer, TextIsUtf8WhateverItWas) {
  ProtoBuffer buffer;
  buffer.add_text(1, "caf\xe9 \xc3\xa9");
  ProtoBuffer expected;
  expected.add_entry(1, std::string_view("caf\xef\xbf\xbd \xc3\xa9"));
  EXPECT_TRUE(std::equal(buffer.bytes().begin(), buffer.bytes().end(), expected.bytes().begin(),
                         expected.bytes().end()));
}

TEST(ProtoBuffer, CanBeDecoded) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<uint64_t> longs;
    std::vector<uint32_t> ints;
    std::vector<int32_t> deltas;
    for (uint64_t i = random() % 50 + 1; i > 0; --i) {
      longs.push_back(random() >> (random() % 64));
      ints.push_back(static_cast<uint32_t>(random() >> (32 + random() % 32)));
      deltas.push_back(static_cast<int32_t>(random()) >> (random() % 32));
    }
    ProtoBuffer inner;
    inner.add_packed_long(1, longs);
    inner.add_packed(2, ints);
    inner.add_packed_sint(3, deltas);
    inner.add_sint(4, deltas[0]);
    ProtoBuffer outer;
    outer.add_message(7, inner);
    outer.append(inner);

    const DecodedMessage message(outer.bytes());
    ASSERT_TRUE(message.valid());
    for (const DecodedMessage& found : {message, message.message(7)}) {
      EXPECT_EQ(found.packed(1), longs);
      EXPECT_EQ(found.packed(2), std::vector<uint64_t>(ints.begin(), ints.end()));
      EXPECT_EQ(found.packed_sint(3), std::vector<int64_t>(deltas.begin(), deltas.end()));
      EXPECT_EQ(DecodedMessage::from_zigzag(found.number(4)), deltas[0]);
    }
  }
}

}  // namespace
}  // namespace pyspy
