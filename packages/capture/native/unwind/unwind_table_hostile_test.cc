// SPDX-License-Identifier: MIT
//
// Damaged unwind tables: any bytes must lead to an answer, soon, and within bounds.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <random>

#include "base/clock.h"
#include "process/fake_memory.h"
#include "process/mappings.h"
#include "unwind/dwarf_expression.h"
#include "unwind/native_file.h"
#include "unwind/unwinder.h"

namespace pyspy {
namespace {

// The section of a real file that is loaded here, cut to a size that is damaged quickly.
EhFrame real_section(size_t size) {
  const auto regions = LiveMappings(::getpid()).regions();
  if (!regions) return {};
  for (const MappedFile& mapped : mapped_files(*regions)) {
    if (mapped.path.find("libgcc_s") == std::string::npos) continue;
    const auto elf = ElfFile::open(LiveMappings(::getpid()).open(mapped));
    const auto section = elf ? elf->section(".eh_frame") : std::nullopt;
    if (!section) continue;
    std::vector<uint8_t> bytes = elf->read_section(*section);
    bytes.resize(std::min(size, bytes.size()));
    return {bytes, section->address};
  }
  return {};
}

// Asks for rows all over the described code, evaluates what they refer to.
void exercise(const EhFrame& section, uint64_t seed) {
  UnwindTable table(section);
  std::mt19937_64 random(seed);
  std::array<uint8_t, 256> stack_bytes{};
  const StackCopy stack = {0x7000, stack_bytes};
  machine::Registers registers;
  registers.set(machine::kStackPointer, 0x7010);
  registers.set(machine::kReturnAddress, section.address);
  for (const DescribedRange& range : list_frame_descriptions(section)) {
    for (int i = 0; i < 3; ++i) {
      const UnwindRow* row = table.find(range.start + random() % std::max<uint64_t>(range.length, 1));
      if (row == nullptr || row->cfa != CfaRule::kExpression) continue;
      evaluate_expression(table.expression(static_cast<size_t>(row->cfa_offset)), registers, stack);
    }
  }
}

// PYSPY_FUZZ_SECONDS: longer, by hand.
uint64_t fuzz_nanos() {
  const char* seconds = std::getenv("PYSPY_FUZZ_SECONDS");
  return (seconds == nullptr ? 3 : std::strtoull(seconds, nullptr, 10)) * kNanosPerSecond;
}

TEST(UnwindTableHostile, EndsForFlippedAndCutSections) {
  const EhFrame good = real_section(4096);
  ASSERT_GT(good.bytes.size(), 1000U);
  ASSERT_GT(list_frame_descriptions(good).size(), 20U);
  const uint64_t seed = monotonic_nanos();
  RecordProperty("seed", std::to_string(seed));
  std::mt19937_64 random(seed);
  const uint64_t end = monotonic_nanos() + fuzz_nanos();
  uint64_t rounds = 0;
  while (monotonic_nanos() < end) {
    EhFrame damaged = good;
    for (uint64_t flips = random() % 20 + 1; flips > 0; --flips) {
      damaged.bytes[random() % damaged.bytes.size()] = static_cast<uint8_t>(random());
    }
    if (random() % 4 == 0) damaged.bytes.resize(random() % damaged.bytes.size());
    exercise(damaged, random());
    ++rounds;
  }
  EXPECT_GT(rounds, 10U) << "seed " << seed;
}

TEST(UnwindTableHostile, EndsForNoise) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 2000; ++round) {
    EhFrame noise;
    noise.bytes.resize(random() % 512);
    for (uint8_t& byte : noise.bytes) byte = static_cast<uint8_t>(random());
    exercise(noise, random());
  }
}

// One that says of itself that it goes on for 4 GB, one of length 1, and CIEs that refer to nothing.
TEST(UnwindTableHostile, RefusesLengthsThatCannotBe) {
  for (const uint32_t length : {0xfffffff0U, 0xffffffffU, 1U, 3U}) {
    EhFrame section;
    section.bytes.resize(64, 0xff);
    std::memcpy(section.bytes.data(), &length, sizeof length);
    EXPECT_EQ(UnwindTable(section).function_count(), 0U) << length;
  }
}

// A stack that leads in a circle, and one that leads nowhere.
TEST(UnwindTableHostile, StacksOfNoiseEnd) {
  const auto regions = LiveMappings(::getpid()).regions();
  ASSERT_TRUE(regions);
  FakeMemory memory;
  NativeFiles files;
  const LiveMappings mappings(::getpid());
  CodeMap code(mappings, memory, files);
  code.refresh(*regions);
  std::mt19937_64 random(11);
  std::vector<uint64_t> words(4096);
  std::vector<NativeFrame> frames;
  constexpr Address kStack = 0x7ffc00000000;
  for (int round = 0; round < 300; ++round) {
    // Mostly addresses of code, and of the stack itself.
    for (uint64_t& word : words) {
      const CodeRange& range = code.ranges()[random() % code.ranges().size()];
      word = random() % 2 == 0 ? range.start + random() % (range.end - range.start)
                               : kStack + random() % (words.size() * 8);
    }
    const StackCopy stack = {kStack, {reinterpret_cast<const uint8_t*>(words.data()), words.size() * 8}};
    machine::Registers registers;
    for (unsigned i = 0; i < machine::kRegisterCount; ++i) registers.set(i, words[random() % words.size()]);
    registers.set(machine::kStackPointer, kStack + random() % 1024 * 8);
    registers.set(machine::kReturnAddress, words[random() % words.size()]);
    unwind(registers, stack, code, frames);
    EXPECT_LE(frames.size(), 8192U);
  }
}

}  // namespace
}  // namespace pyspy
