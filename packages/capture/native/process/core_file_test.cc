// SPDX-License-Identifier: MIT
#include "process/core_file.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/procfs.h>

#include <cerrno>
#include <cstring>
#include <random>

#include "base/temporary_directory.h"
#include "process/core_arguments.h"
#include "process/core_mappings.h"
#include "process/fake_core.h"

namespace pyspy {
namespace {

constexpr Address kData = 0x7f0000000000;
constexpr Address kFar = 0x7f0000100000;

// A core with two threads, two segments, of which the second has more memory than bytes, and files.
FakeCore sample_core() {
  FakeCore core;
  core.add_segment(kData, "0123456789abcdef", 16, PF_R | PF_W);
  core.add_segment(kData + 16, "ghij", 0x2000, PF_R);
  core.add_segment(kFar, "", 0x1000, PF_R | PF_X);
  core.add_process(4242, 17, "python", "python app.py ");
  user_regs_struct running{};
  running.orig_rax = ~0ULL;
  running.fs_base = 0x1111;
  core.add_thread(4250, SIGSEGV, running);
  user_regs_struct asleep{};
  asleep.orig_rax = 202;
  asleep.rax = static_cast<unsigned long long>(-512);
  asleep.rdi = 0xabc;
  asleep.fs_base = 0x2222;
  core.add_thread(4251, SIGSEGV, asleep);
  core.add_auxiliary({{AT_ENTRY, {kFar + 8}}, {AT_RANDOM, {0}}});
  core.add_mappings({{kFar, kFar + 0x1000, 0, "/usr/bin/python"},
                     {kFar + 0x1000, kFar + 0x2000, 0x1000, "/tmp/gone (deleted)"}});
  return core;
}

Result<CoreFile> open_bytes(const TemporaryDirectory& directory, const std::string& bytes) {
  const std::string path = directory / "core";
  TemporaryDirectory::write(path, bytes);
  return CoreFile::open(path);
}

TEST(CoreFile, HasThreadsProcessAndMappings) {
  TemporaryDirectory directory;
  const Result<CoreFile> core = open_bytes(directory, sample_core().bytes());
  ASSERT_TRUE(core) << core.error().message;
  EXPECT_EQ(core->pid(), 4242);
  EXPECT_EQ(core->parent_pid(), 17);
  EXPECT_EQ(core->name(), "python");
  EXPECT_EQ(core->command(), "python app.py");
  EXPECT_EQ(core->signal(), SIGSEGV);
  EXPECT_EQ(core->auxiliary(AT_ENTRY), kFar + 8);
  EXPECT_EQ(core->missing_bytes(), 0U);
  ASSERT_EQ(core->threads().size(), 2U);
  EXPECT_EQ(core->threads()[0].tid, 4250);
  EXPECT_EQ(core->threads()[1].thread_pointer, 0x2222U);
  ASSERT_EQ(core->mappings().size(), 2U);
  EXPECT_EQ(core->mappings()[0].path, "/usr/bin/python");
  EXPECT_EQ(core->mappings()[1].path, "/tmp/gone");
  EXPECT_TRUE(core->mappings()[1].deleted);
  EXPECT_EQ(core->mappings()[1].file_offset, 0x1000U);
}

TEST(CoreFile, TellsWhoSleptFromWhoRan) {
  TemporaryDirectory directory;
  const Result<CoreFile> core = open_bytes(directory, sample_core().bytes());
  ASSERT_TRUE(core);
  EXPECT_TRUE(core->threads()[0].status().runnable);
  const ThreadStatus asleep = core->threads()[1].status();
  EXPECT_TRUE(asleep.known);
  EXPECT_FALSE(asleep.runnable);
  EXPECT_EQ(asleep.syscall, 202);
  EXPECT_EQ(asleep.first_argument, 0xabcU);
  // A call that has returned has been left.
  CoreThread returned = core->threads()[1];
  returned.registers->rax = 1;
  EXPECT_TRUE(returned.status().runnable);
}

TEST(CoreFile, ReadsAcrossSegmentsAndNotBeyondWhatIsThere) {
  TemporaryDirectory directory;
  Result<CoreFile> core = open_bytes(directory, sample_core().bytes());
  ASSERT_TRUE(core);
  char text[20];
  ASSERT_TRUE(core->read(kData, text, 20));
  EXPECT_EQ(std::string(text, 20), "0123456789abcdefghij");
  EXPECT_FALSE(core->read(kData, text, 21));
  EXPECT_FALSE(core->read(kData - 1, text, 1));
  EXPECT_FALSE(core->read(kFar, text, 1));
  EXPECT_FALSE(core->read(~Address{0} - 4, text, 8));
  ReadPlan plan;
  plan.add(kData + 2, 3);
  plan.add(kData + 14, 4);
  ASSERT_TRUE(core->read(plan));
  EXPECT_EQ(std::memcmp(plan.at(0), "234efgh", 7), 0);
}

TEST(CoreFile, OneThatIsCutHasWhatIsThereAndSaysSo) {
  TemporaryDirectory directory;
  const std::string whole = sample_core().bytes();
  Result<CoreFile> cut = open_bytes(directory, whole.substr(0, whole.size() - 2));
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->missing_bytes(), 2U);
  char text[20];
  EXPECT_TRUE(cut->read(kData, text, 18));
  EXPECT_FALSE(cut->read(kData, text, 19));
  for (size_t length = 0; length < whole.size(); length += 13) {
    const Result<CoreFile> shorter = open_bytes(directory, whole.substr(0, length));
    if (shorter) continue;
    EXPECT_EQ(shorter.error().code, ErrorCode::kInput) << length;
  }
}

TEST(CoreFile, WhatIsNoneIsRefused) {
  TemporaryDirectory directory;
  EXPECT_EQ(CoreFile::open("/nowhere/core").error().code, ErrorCode::kInput);
  EXPECT_EQ(CoreFile::open("/tmp").error().code, ErrorCode::kInput);
  EXPECT_EQ(CoreFile::open("/proc/self/exe").error().code, ErrorCode::kInput);
  EXPECT_EQ(open_bytes(directory, "\177ELF").error().code, ErrorCode::kInput);
}

// The initial stack as Linux makes it.
TEST(CoreArguments, StandOnTheFirstStack) {
  constexpr Address kStack = 0x7ffc00000000;
  std::vector<Elf64_auxv_t> vector;
  for (uint64_t type = 3; type < 8; ++type) vector.push_back({type, {type}});
  constexpr Address kTexts = kStack + 0x400;
  vector.push_back({AT_RANDOM, {kTexts + 64}});
  std::vector<uint64_t> words = {2, kTexts, kTexts + 7, 0, kTexts + 14, 0};
  std::string stack(reinterpret_cast<const char*>(words.data()), words.size() * 8);
  stack.append(reinterpret_cast<const char*>(vector.data()), vector.size() * sizeof vector[0]);
  stack.resize(0x400);
  stack += std::string("python\0app.py\0A=1\0", 18);
  stack.resize(0x2800);
  FakeCore fake;
  fake.add_segment(kStack, stack, stack.size(), PF_R | PF_W);
  fake.add_auxiliary(vector);
  TemporaryDirectory directory;
  Result<CoreFile> core = open_bytes(directory, fake.bytes());
  ASSERT_TRUE(core);
  EXPECT_EQ(read_core_arguments(*core), (std::vector<std::string>{"python", "app.py"}));
}

// Nothing that is in a core makes the agent read beyond it, allocate without bound, or not end.
TEST(CoreFileHostile, NoiseIsRead) {
  TemporaryDirectory directory;
  const std::string good = sample_core().bytes();
  std::mt19937 random(12);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = good;
    const int changes = 1 + static_cast<int>(random() % 8);
    for (int i = 0; i < changes; ++i) {
      const size_t at = random() % bytes.size();
      const size_t length = std::min<size_t>(1 + random() % 8, bytes.size() - at);
      const char value = random() % 2 == 0 ? '\xff' : static_cast<char>(random());
      std::memset(bytes.data() + at, value, length);
    }
    Result<CoreFile> core = open_bytes(directory, bytes);
    if (!core) continue;
    char text[64];
    for (const CoreSegment& segment : core->segments()) {
      core->read(segment.start, text, sizeof text);
      core->read(segment.end - 1, text, sizeof text);
    }
    for (const CoreThread& thread : core->threads()) thread.status();
    read_core_arguments(*core);
    const auto mappings = CoreMappings::find(*core, {});
    ASSERT_TRUE(mappings);
    CoreMemory memory(*core, **mappings);
    const Result<std::vector<MappedRegion>> regions = (*mappings)->regions();
    for (const MappedRegion& region : *regions) {
      memory.read(region.start, text, sizeof text);
      memory.read(region.end - 1, text, sizeof text);
    }
  }
}

}  // namespace
}  // namespace pyspy
