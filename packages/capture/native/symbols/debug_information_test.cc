// SPDX-License-Identifier: MIT
#include "symbols/debug_information.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/temporary_directory.h"
#include "process/debug_file.h"
#include "symbols/function_symbols.h"

namespace pyspy {
namespace {

// The compiler makes the library whose source this is, binutils' addr2line says what is right.
constexpr const char* kSource = R"(
namespace outer {
[[gnu::always_inline]] inline int twice(int value) { return value * 2 + (value == 77); }
[[gnu::always_inline]] inline int thrice(int value) {
  return twice(value) + value;
}
[[gnu::noinline]] int work(volatile int* at, int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) {
    sum += thrice(*at);
    *at = sum;
  }
  return sum;
}
}  // namespace outer
extern "C" int entry(volatile int* at) {
  return outer::work(at, 3) + outer::twice(*at);
}
)";

std::string output_of(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  std::string text;
  char block[4096];
  while (const size_t count = ::fread(block, 1, sizeof block, pipe)) text.append(block, count);
  ::pclose(pipe);
  return text;
}

class DebugInformation : public ::testing::TestWithParam<const char*> {
 protected:
  // Empty where there is no compiler that knows these flags.
  std::string build(const std::string& flags) {
    const std::string source = folder_ / "library.cc";
    std::ofstream(source) << kSource;
    const std::string library = folder_ / "library.so";
    const std::string command = "g++ -O2 -shared -fPIC -nostdlib -Wl,--build-id -o " + library +
                                " " + source + " " + flags + " 2>/dev/null";
    return std::system(command.c_str()) == 0 ? library : std::string();
  }

  TemporaryDirectory folder_;
};

std::vector<Address> addresses_of(const ElfFile& elf) {
  std::vector<Address> addresses;
  for (const char* name : {"_ZN5outer4workEPVii", "entry"}) {
    const auto symbol = elf.symbol(name);
    for (uint64_t i = 0; symbol && i < symbol->size; ++i) addresses.push_back(symbol->address + i);
  }
  std::sort(addresses.begin(), addresses.end());
  return addresses;
}

std::string text_of(const std::vector<std::vector<SourceCall>>& located) {
  std::ostringstream text;
  for (const auto& calls : located) {
    for (const SourceCall& call : calls) {
      text << call.name << "\n" << call.file << ":" << call.line << "\n";
    }
  }
  return text.str();
}

TEST_P(DebugInformation, HasFunctionsFilesAndLinesAsAddr2line) {
  const std::string library = build(GetParam());
  if (library.empty()) GTEST_SKIP() << "no g++ that knows " << GetParam();
  const auto elf = ElfFile::open(open_readonly(library.c_str()));
  ASSERT_TRUE(elf);
  const std::vector<Address> addresses = addresses_of(*elf);
  ASSERT_GT(addresses.size(), 30U);
  std::ostringstream command;
  command << "addr2line -i -f -e " << library << std::hex;
  for (const Address address : addresses) command << " " << address;
  command << " | sed 's/ (discriminator.*//'";
  const std::string expected = output_of(command.str());
  if (expected.empty()) GTEST_SKIP() << "no addr2line";
  EXPECT_NE(expected.find("thrice"), std::string::npos);
  EXPECT_EQ(text_of(locate_addresses(*elf, addresses)), expected);
}

INSTANTIATE_TEST_SUITE_P(Versions, DebugInformation,
                         ::testing::Values("-gdwarf-3", "-gdwarf-4", "-gdwarf-5",
                                           "-gdwarf-5 -gz=zlib"));

// Any bytes must lead to an answer, soon, and within bounds: those of a real file, some of them others.
// PYSPY_FUZZ_ROUNDS: more, by hand.
TEST_F(DebugInformation, SurvivesDamagedFiles) {
  const std::string library = build("-gdwarf-5");
  if (library.empty()) GTEST_SKIP() << "no g++";
  std::ifstream stream(library, std::ios::binary);
  const std::string good{std::istreambuf_iterator<char>(stream), {}};
  const auto elf = ElfFile::open(open_readonly(library.c_str()));
  ASSERT_TRUE(elf);
  const std::vector<Address> addresses = addresses_of(*elf);
  // Damage that is not in debug information or in the headers says nothing.
  std::vector<std::pair<uint64_t, uint64_t>> places = {{0, 64}};
  for (const char* name : {".debug_info", ".debug_abbrev", ".debug_line", ".debug_rnglists",
                           ".debug_str", ".debug_line_str", ".symtab", ".strtab"}) {
    if (const auto section = elf->section(name)) places.push_back({section->file_offset, section->size});
  }
  const char* given = std::getenv("PYSPY_FUZZ_ROUNDS");
  const uint64_t rounds = given == nullptr ? 4000 : std::strtoull(given, nullptr, 10);
  const std::string path = folder_ / "damaged.so";
  uint64_t random = 88172645463325252U;
  const auto next = [&] {  // xorshift: the same damage in each run
    random ^= random << 13U;
    random ^= random >> 7U;
    random ^= random << 17U;
    return random;
  };
  uint64_t answers = 0;
  for (uint64_t round = 0; round < rounds; ++round) {
    std::string bytes = good;
    for (uint64_t flips = next() % 6 + 1; flips > 0; --flips) {
      const auto [start, size] = places[next() % places.size()];
      constexpr uint8_t kTelling[] = {0, 1, 0x7f, 0x80, 0xff};
      const uint64_t value = next();
      bytes[start + next() % size] =
          static_cast<char>(value % 2 == 0 ? kTelling[value / 2 % 5] : value / 2 % 256);
    }
    if (next() % 16 == 0) bytes.resize(next() % bytes.size());
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    const auto damaged = ElfFile::open(open_readonly(path.c_str()));
    if (!damaged) continue;
    for (const auto& calls : locate_addresses(*damaged, addresses)) answers += calls.size();
    find_functions(*damaged, addresses);
    open_debug_file(*damaged, "", path);
  }
  EXPECT_GT(answers, rounds);
}

// A unit of entries that all contain everything, or that all refer to one long list, must not take work
// without end; found by hand.
TEST_F(DebugInformation, EndsForWhatRefersToItself) {
  const std::string library = build("-gdwarf-5");
  if (library.empty()) GTEST_SKIP() << "no g++";
  std::fstream file(library, std::ios::binary | std::ios::in | std::ios::out);
  const auto elf = ElfFile::open(open_readonly(library.c_str()));
  const auto info = elf->section(".debug_info");
  ASSERT_TRUE(info);
  // All entries behind the head of the unit are its first one again.
  std::vector<uint8_t> bytes = elf->read_section(*info);
  std::fill(bytes.begin() + 12, bytes.end(), uint8_t{1});
  file.seekp(static_cast<std::streamoff>(info->file_offset));
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  const auto damaged = ElfFile::open(open_readonly(library.c_str()));
  EXPECT_EQ(locate_addresses(*damaged, addresses_of(*damaged)).size(),
            addresses_of(*damaged).size());
}

TEST_F(DebugInformation, IsFoundInSeparateFiles) {
  const std::string library = build("-gdwarf-5");
  if (library.empty()) GTEST_SKIP() << "no g++";
  const std::string debug = folder_ / ".debug";
  const std::string command = "mkdir " + debug + " && objcopy --only-keep-debug " + library + " " +
                              debug + "/library.debug && objcopy --strip-all --add-gnu-debuglink=" +
                              debug + "/library.debug " + library;
  ASSERT_EQ(std::system(command.c_str()), 0);
  const auto elf = ElfFile::open(open_readonly(library.c_str()));
  ASSERT_TRUE(elf);
  EXPECT_FALSE(elf->section(".debug_info"));
  const auto found = open_debug_file(*elf, "", library);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->section(".debug_info"));
  EXPECT_EQ(found->build_id(), elf->build_id());

  // Another build is none.
  const std::string other = folder_ / "other.so";
  const std::string rebuild = "g++ -O1 -shared -fPIC -nostdlib -Wl,--build-id -g -o " + other + " " +
                              folder_ / "library.cc" + " && mv " + other + " " + debug +
                              "/library.debug";
  ASSERT_EQ(std::system(rebuild.c_str()), 0);
  EXPECT_FALSE(open_debug_file(*elf, "", library));
}

}  // namespace
}  // namespace pyspy
