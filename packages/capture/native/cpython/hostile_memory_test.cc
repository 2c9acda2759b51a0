// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <random>

#include "cpython/fake_debug_offsets.h"
#include "cpython/interpreter_info.h"
#include "cpython/thread_names.h"

namespace pyspy {
namespace {

// Memory in which every address can be read and holds anything: small numbers, lengths beyond all
// limits, pointers, types that claim to be all types at once. Sometimes a read fails.
class HostileMemory final : public RemoteMemory {
 public:
  explicit HostileMemory(uint32_t seed) : random_(seed) {}

  bool read(Address, void* destination, size_t length) override {
    ++reads_;
    bytes_read_ += length;
    if (random_() % 16 == 0) return false;
    auto* bytes = static_cast<uint8_t*>(destination);
    for (size_t at = 0; at < length; at += sizeof(uint64_t)) {
      const uint64_t value = word();
      std::memcpy(bytes + at, &value, std::min(sizeof value, length - at));
    }
    return true;
  }

  bool read(ReadPlan& plan) override { return read(0, plan.reserve(), plan.size()); }

 private:
  uint64_t word() {
    switch (random_() % 6) {
      case 0:
        return random_() % 16;
      case 1:
        return ~uint64_t{0} >> (random_() % 64);
      case 2:
        return uint64_t{1} << (random_() % 64);
      case 3:
        return 0x7f0000000000 + random_() % 0x10000 * 8;
      case 4:
        return 0xFFFFFFFF;  // as tp_flags: every type
      default:
        return random_();
    }
  }

  std::mt19937_64 random_;
};

// No crash, no endless walk, no allocation by what is read: the sanitizers see to the first, the
// limits to the rest.
TEST(HostileMemory, IsReadWithinLimits) {
  constexpr uint32_t kRounds = 300;
  for (uint32_t seed = 0; seed < kRounds; ++seed) {
    HostileMemory memory(seed);
    const Layout layout = fake_layout(9 + seed % 7);
    ObjectReader objects(memory, layout);
    ThreadNames names(objects);
    std::vector<ObjectReader::Entry> entries;
    for (int i = 0; i < 20; ++i) {
      const Address object = 0x7f0000000000 + static_cast<Address>(i) * 16;
      if (const auto text = objects.string(object, 100)) {
        EXPECT_LE(text->size(), 4 * 100U + 3);
      }
      if (const auto bytes = objects.bytes(object, 100)) {
        EXPECT_LE(bytes->size(), 100U);
      }
      if (const auto items = objects.tuple_items(object, 100)) {
        EXPECT_LE(items->size(), 100U);
      }
      objects.integer(object);
      objects.attribute(object, "_name");
      if (objects.dict_entries(object, entries)) {
        EXPECT_LE(entries.size(), ObjectReader::kMostEntries);
      }
    }
    names.refresh(0x7f0000000000);
    names.refresh(0x7f0000000000);
    read_interpreter_info(objects, 0x7f0000000000);
    EXPECT_LT(memory.bytes_read(), 256U << 20U);
  }
}

// A target that describes itself may lie.
TEST(HostileMemory, IsReadByHostileLayouts) {
  std::mt19937_64 random(1);
  size_t accepted = 0;
  for (uint32_t seed = 0; seed < 300; ++seed) {
    const size_t column = seed % 3;
    std::vector<uint8_t> bytes = fake_debug_offsets(column);
    // From the sizes of objects on, whose members have no limit but that of all offsets.
    const size_t first = column == 0 ? 352 : column == 1 ? 400 : 464;
    for (int i = 0; i < 4; ++i) {
      const size_t at = first + random() % ((bytes.size() - first) / 8) * 8;
      const uint64_t value = random() % 5000;
      std::memcpy(bytes.data() + at, &value, sizeof value);
    }
    const std::optional<Layout> layout = layout_from_debug_offsets(bytes);
    if (!layout) continue;
    ++accepted;
    HostileMemory memory(seed);
    ObjectReader objects(memory, *layout);
    ThreadNames names(objects);
    for (int i = 0; i < 20; ++i) {
      const Address object = 0x7f0000000000 + static_cast<Address>(i) * 16;
      objects.string(object, 100);
      objects.bytes(object, 100);
      objects.integer(object);
      objects.tuple_items(object, 100);
      objects.attribute(object, "_name");
    }
    names.refresh(0x7f0000000000);
    read_interpreter_info(objects, 0x7f0000000000);
  }
  EXPECT_GT(accepted, 100U);
}

}  // namespace
}  // namespace pyspy
