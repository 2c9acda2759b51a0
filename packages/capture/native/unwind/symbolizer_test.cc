// SPDX-License-Identifier: MIT
#include "unwind/symbolizer.h"

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

TEST(Demangled, LeavesOtherNamesAsTheyAre) {
  for (const char* name : {"list_sort", "", "_Z", "_ZN", "_Zzzzzz", "main.cold"}) {
    EXPECT_EQ(demangled(name), name);
  }
  const std::string endless = "_Z" + std::string(100'000, 'S');
  EXPECT_EQ(demangled(endless), endless);
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
  for (const char* name : {"qsort", "fopen", "getenv", "strtol", "__cxa_begin_catch"}) {
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
      ASSERT_NE(names[i], nullptr) << expected[i];
      EXPECT_EQ(names[i]->raw_name, expected[i]);
      EXPECT_EQ(names[i]->start + 3, queries[i].address);
    }
    EXPECT_EQ(names.back(), nullptr);
  }
}

}  // namespace
}  // namespace pyspy
