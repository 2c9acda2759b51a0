// SPDX-License-Identifier: MIT
#include "symbols/symbolizer.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>

#include "process/mappings.h"
#include "unwind/code_map.h"
#include "process/live_memory_linux.h"

namespace pyspy {
namespace {

TEST(Demangled, CppAndRustNamesAsTheirLanguagesWriteThem) {
  EXPECT_EQ(demangled("_ZNSt6vectorIiSaIiEE9push_backEOi"),
            "std::vector<int, std::allocator<int> >::push_back(int&&)");
  EXPECT_EQ(demangled("_ZN3foo3barEv.cold"), "foo::bar() [clone .cold]");
  EXPECT_EQ(demangled("_ZN4core3fmt9Formatter3pad17h0123456789abcdefE"),
            "core::fmt::Formatter::pad");
  EXPECT_EQ(
      demangled("_ZN58_$LT$alloc..string..String$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE"),
      "<alloc::string::String as core::fmt::Debug>::fmt");
}

// As c++filt of binutils 2.40 has them.
TEST(Demangled, NamesOfRustsNewerMangling) {
  const std::pair<const char*, const char*> names[] = {
      {"_RNvCs21hi0yVfW1J_7mycrate3foo", "mycrate::foo"},
      {"_RNvMs_NtCs1_1a1bNtB4_1C3new", "<a::b::C>::new"},
      {"_RNvXs_Cs1_1aNtB4_1TNtNtCs2_4core3fmt5Debug3fmt", "<a::T as core::fmt::Debug>::fmt"},
      {"_RINvCs1_1a3mapNtB2_1TRShE", "a::map::<a::T, &[u8]>"},
      {"_RNCNCNvC1a4main00", "a::main::{closure#0}::{closure#0}"},
      {"_RNvC1au8gdel_5qa", "a::g\u00f6del"},
      {"_RINvC1a1fAhj3_FUKCmEbE", "a::f::<[u8; 3], unsafe extern \"C\" fn(u32) -> bool>"},
      {"_RINvC1a1fDNtC1b1Tp4ItemlEL_E", "a::f::<dyn b::T<Item = i32>>"},
      {"_RNvC1a1f.llvm.123", "a::f"},
  };
  for (const auto& [mangled, plain] : names) EXPECT_EQ(demangled(mangled), plain);
}

TEST(Demangled, LeavesOtherNamesAsTheyAre) {
  for (const char* name : {"list_sort", "", "_Z", "_ZN", "_Zzzzzz", "main.cold", "_R", "_RNv", "_RB_",
                           "_RNvB_1a", "_RNvC1a99999999999999999999f"}) {
    EXPECT_EQ(demangled(name), name);
  }
  const std::string endless = "_Z" + std::string(100'000, 'S');
  EXPECT_EQ(demangled(endless), endless);
  // Refers to itself twice, again and again.
  std::string growing = "_RIC1a";
  for (int i = 0; i < 200; ++i) growing += "TB3_B3_E";
  EXPECT_LT(demangled(growing + "E").size(), 10'000U);
  std::string letters = "_R";
  uint64_t random = 7;
  for (int round = 0; round < 20'000; ++round) {
    letters.resize(2);
    for (int i = 0; i < 40; ++i) {
      random = random * 6364136223846793005U + 1442695040888963407U;
      letters += "CMXYNIBTRQSAFDPOLKEGsu_0123ablvhn"[(random >> 33U) % 33];
    }
    EXPECT_LT(demangled(letters).size(), 10'000U);
  }
}

// What the dynamic linker says of exported functions of this process is the oracle.
TEST(Symbolizer, NamesFunctionsOfThisProcess) {
  const auto regions = LiveMappings(::getpid()).regions();
  ASSERT_TRUE(regions);
  LiveMemory memory(::getpid());
  NativeFiles files;
  const LiveMappings mappings(::getpid());
  CodeMap code(mappings, memory, files);
  code.refresh(*regions);
  std::vector<Symbolizer::Query> queries;
  std::vector<std::string> expected;
  for (const char* name : {"qsort", "fopen", "getenv", "atoi", "__cxa_begin_catch"}) {
    void* at = ::dlsym(RTLD_DEFAULT, name);
    ASSERT_NE(at, nullptr) << name;
    const auto address = reinterpret_cast<Address>(at) + 3;
    const CodeRange* range = code.find(address);
    ASSERT_NE(range, nullptr);
    queries.push_back({range->file, address - range->bias});
    expected.emplace_back(name);
  }
  queries.push_back({queries[0].file, 1});  // no function
  Symbolizer symbolizer;
  for (int round = 0; round < 2; ++round) {
    const auto names = symbolizer.names_of(queries);
    ASSERT_EQ(names.size(), queries.size());
    for (size_t i = 0; i < expected.size(); ++i) {
      ASSERT_FALSE(names[i].empty()) << expected[i];
      EXPECT_EQ(names[i].back().raw_name, expected[i]);
      EXPECT_EQ(names[i].back().start + 3, queries[i].address);
    }
    EXPECT_TRUE(names.back().empty());
  }
}

}  // namespace
}  // namespace pyspy
