// SPDX-License-Identifier: MIT
#include "cpython/thread_bytecode.h"

#include <gtest/gtest.h>

#include "process/fake_memory.h"

namespace pyspy {
namespace {

class Copies : public testing::Test {
 protected:
  Copies() {
    layout_.code_unit_count = 32;
    layout_.code_copies = 224;
    code_ = memory_.map(256);
    array_ = memory_.map(64);
    memory_.put<uint64_t>(code_ + 32, 100);  // 200 bytes
    memory_.put<Address>(code_ + 224, array_);
    set_copies({0x1000, 0x2000, 0x3000});
  }

  void set_copies(const std::vector<Address>& copies) {
    memory_.put<int64_t>(array_, static_cast<int64_t>(copies.size()));
    for (size_t i = 0; i < copies.size(); ++i) memory_.put(array_ + 8 + 8 * i, copies[i]);
  }

  FakeMemory memory_;
  Layout layout_;
  ThreadBytecode bytecode_{layout_};
  Address code_ = 0, array_ = 0;
};

TEST_F(Copies, AreFoundAndKnownFromThenOn) {
  EXPECT_EQ(bytecode_.start(memory_, code_, 2, 0x3010), 0x3000U);
  const uint64_t reads = memory_.reads();
  EXPECT_EQ(bytecode_.start(memory_, code_, 2, 0x3000 - 2), 0x3000U);  // has not started
  EXPECT_EQ(bytecode_.start(memory_, code_, 2, 0x3000 + 198), 0x3000U);
  EXPECT_EQ(memory_.reads(), reads);
}

TEST_F(Copies, AreLookedUpAnewWhereTheyMoved) {
  EXPECT_EQ(bytecode_.start(memory_, code_, 1, 0x2010), 0x2000U);
  set_copies({0x1000, 0x8000, 0x3000});
  EXPECT_EQ(bytecode_.start(memory_, code_, 1, 0x8010), 0x8000U);
  // Another code object in the same place.
  set_copies({0x1000, 0x8004, 0x3000});
  bytecode_.set_generation(7);
  EXPECT_EQ(bytecode_.start(memory_, code_, 1, 0x8010), 0x8004U);
}

TEST_F(Copies, ThatMakeNoSenseAreNone) {
  EXPECT_EQ(bytecode_.start(memory_, code_, 1, 0x2000 + 200), 0U);  // beyond the end
  EXPECT_EQ(bytecode_.start(memory_, code_, 3, 0x3010), 0U);
  EXPECT_EQ(bytecode_.start(memory_, code_, -1, 0x3010), 0U);
  EXPECT_EQ(bytecode_.start(memory_, code_ + 8, 1, 0x2010), 0U);
  memory_.put<Address>(code_ + 224, ~Address{7});
  EXPECT_EQ(bytecode_.start(memory_, code_, 2, 0x3010), 0U);
  memory_.put<uint64_t>(code_ + 32, ~uint64_t{0});
  EXPECT_EQ(bytecode_.start(memory_, code_, 1, 0x2010), 0U);
}

}  // namespace
}  // namespace pyspy
