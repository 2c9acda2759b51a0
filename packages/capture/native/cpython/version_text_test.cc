// SPDX-License-Identifier: MIT
#include "cpython/version_text.h"

#include <gtest/gtest.h>

#include <string>

#include "process/fake_memory.h"

namespace pyspy {
namespace {

std::optional<uint32_t> parsed(std::string_view text) {
  return parse_version_text({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

TEST(VersionText, IsThatOfSysVersion) {
  EXPECT_EQ(parsed("2.7.18 (default, Nov 22 2026, 16:54:19) \n[GCC 12.2.0]"), 0x020712f0U);
  EXPECT_EQ(parsed("3.15.0rc1 (main, Nov 22 2026) [GCC 12.2.0]"), 0x030f00c1U);
  EXPECT_EQ(parsed("3.14.4 free-threading build (main, Nov 22 2026) [GCC]"), 0x030e04f0U);
  EXPECT_EQ(parsed("2.7.15+ (default, Nov 27 2018) [GCC]"), 0x02070ff0U);
  EXPECT_EQ(parsed("3.9.18 | packaged by conda-forge | (main, Dec 23 2023) [GCC]"), 0x030912f0U);
}

TEST(VersionText, IsNoOtherText) {
  for (const char* text :
       {"", "3", "3.8", "3.8.18", "3.8.18 ", "1.7.0 (x) ", "3.8x18 (y) ", "3.8.18fooboo (a) b",
        "30.8.1 (a) b", "3.8888.1 (a) b", "2.3.4-5 (Debian) x",
        "3.10.14 (75b3de9d9035, Apr 21 2024)\n[PyPy 7.3.16 with GCC 10.2.1]"}) {
    EXPECT_FALSE(parsed(text)) << text;
  }
}

// Where the text is, and how it is cut, makes no difference; no byte beyond is looked at.
TEST(VersionText, IsFoundAmongVariables) {
  const std::string text = "3.8.18 (default, Nov 22 2026) \n[GCC 12.2.0]";
  for (const size_t at : {size_t{1}, size_t{4096}, (size_t{1} << 18U) - 10, size_t{600'000}}) {
    FakeMemory memory;
    const Address variables = memory.map(700'000);
    memory.put_bytes(variables + at, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
    EXPECT_EQ(find_version_text(memory, {{variables, 700'000}}, CpuBudget(kNanosPerSecond)),
              0x030812f0U)
        << at;
    // Part of a longer text.
    memory.put<char>(variables + at - 1, 'v');
    EXPECT_FALSE(find_version_text(memory, {{variables, 700'000}}, CpuBudget(kNanosPerSecond)))
        << at;
  }
}

TEST(VersionText, MayClaimAnySize) {
  FakeMemory memory;
  EXPECT_FALSE(find_version_text(memory, {{0x10, ~uint64_t{0}}, {~Address{0}, 8}},
                                 CpuBudget(kNanosPerSecond)));
  EXPECT_LT(memory.reads(), 1000U);
}

TEST(VersionText, IsLookedForNoLongerThanTheBudgetLasts) {
  FakeMemory memory;
  const Address variables = memory.map(1U << 20U);
  const std::vector<ElfSegment> endless(60'000, ElfSegment{variables, 1U << 20U});
  EXPECT_FALSE(find_version_text(memory, endless, CpuBudget(1'000'000)));
  EXPECT_LT(memory.reads(), 60'000U);
}

}  // namespace
}  // namespace pyspy
