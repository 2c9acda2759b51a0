// SPDX-License-Identifier: MIT
#include "process/memory_map.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <random>

#include "process/mappings.h"

namespace pyspy {
namespace {

constexpr std::string_view kMaps =
    "55d0c8a00000-55d0c8a28000 r--p 00000000 fd:01 1234                       /usr/bin/python3.11\n"
    "55d0c8a28000-55d0c8c00000 r-xp 00028000 fd:01 1234                       /usr/bin/python3.11\n"
    "55d0c9a00000-55d0c9b00000 rw-p 00000000 00:00 0                          [heap]\n"
    "7f0000000000-7f0000001000 r--s 00001000 103:02 18446744073709551615      /a b (x)/lib c.so\n"
    "7f0000002000-7f0000003000 ---p 00000000 fd:01 99                         /tmp/x (deleted)\n"
    "7f0000004000-7f0000005000 rw-p 00000000 00:00 0 \n"
    "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n";

TEST(MemoryMap, IsParsed) {
  const std::vector<MappedRegion> regions = parse_memory_map(kMaps);
  ASSERT_EQ(regions.size(), 7U);
  const MappedRegion& code = regions[1];
  EXPECT_EQ(code.start, 0x55d0c8a28000U);
  EXPECT_EQ(code.end, 0x55d0c8c00000U);
  EXPECT_EQ(code.file_offset, 0x28000U);
  EXPECT_EQ(code.device, makedev(0xfd, 1));
  EXPECT_EQ(code.inode, 1234U);
  EXPECT_TRUE(code.readable);
  EXPECT_FALSE(code.writable);
  EXPECT_TRUE(code.executable);
  EXPECT_EQ(code.path, "/usr/bin/python3.11");
  EXPECT_FALSE(code.deleted);
  EXPECT_EQ(regions[2].path, "[heap]");
  EXPECT_TRUE(regions[2].writable);
  EXPECT_EQ(regions[3].path, "/a b (x)/lib c.so");
  EXPECT_EQ(regions[3].device, makedev(0x103, 2));
  EXPECT_EQ(regions[3].inode, UINT64_MAX);
  EXPECT_EQ(regions[4].path, "/tmp/x");
  EXPECT_TRUE(regions[4].deleted);
  EXPECT_FALSE(regions[4].readable);
  EXPECT_EQ(regions[5].path, "");
  EXPECT_EQ(regions[6].start, 0xffffffffff600000U);
}

TEST(MemoryMap, IsGroupedByFile) {
  const std::vector<MappedFile> files = mapped_files(parse_memory_map(kMaps));
  ASSERT_EQ(files.size(), 3U);
  EXPECT_EQ(files[0].path, "/usr/bin/python3.11");
  EXPECT_EQ(files[0].regions.size(), 2U);
  EXPECT_EQ(files[2].path, "/tmp/x");
  EXPECT_EQ(files[2].inode, 99U);
}

TEST(MemoryMap, WhatIsNoneIsLeftOut) {
  for (const std::string_view text : {"", "\n\n\n", "x", "-", "- - - - -", "10-10 r--p 0 0:0 1 /x",
                                      "20-10 r--p 0 0:0 1 /x", "garbage without end"}) {
    EXPECT_TRUE(parse_memory_map(text).empty()) << text;
  }
  const std::vector<MappedRegion> regions = parse_memory_map("10-20");
  ASSERT_EQ(regions.size(), 1U);
  EXPECT_EQ(regions[0].path, "");
}

TEST(MemoryMap, AnyBytesAreParsed) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 50'000; ++round) {
    std::string text(kMaps);
    for (uint64_t i = random() % 8; i > 0; --i) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    text.resize(random() % (text.size() + 1));
    const std::vector<MappedRegion> regions = parse_memory_map(text);
    EXPECT_LE(mapped_files(regions).size(), regions.size());
    for (const MappedRegion& region : regions) EXPECT_LT(region.start, region.end);
  }
}

TEST(MemoryMap, OfThisProcess) {
  const Result<std::vector<MappedRegion>> regions = LiveMappings(::getpid()).regions();
  ASSERT_TRUE(regions);
  const auto here = reinterpret_cast<Address>(&parse_memory_map);
  bool found = false;
  for (const MappedRegion& region : *regions) {
    if (here < region.start || here >= region.end) continue;
    found = true;
    EXPECT_TRUE(region.executable);
    struct stat file {};
    ASSERT_EQ(::stat("/proc/self/exe", &file), 0);
    EXPECT_EQ(region.inode, file.st_ino);
  }
  EXPECT_TRUE(found);
}

TEST(MemoryMap, OfNoProcess) {
  const Result<std::vector<MappedRegion>> regions = LiveMappings(0x7fffffff).regions();
  ASSERT_FALSE(regions);
  EXPECT_EQ(regions.error().code, ErrorCode::kNoSuchProcess);
}

}  // namespace
}  // namespace pyspy
