// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pyspy {

// Mixes all bits of a key into all bits of the hash (the finaliser of MurmurHash3).
inline uint64_t mix_bits(uint64_t key) {
  key ^= key >> 33U;
  key *= 0xff51afd7ed558ccdULL;
  key ^= key >> 33U;
  key *= 0xc4ceb9fe1a85ec53ULL;
  key ^= key >> 33U;
  return key;
}

// A map from two words to a 32-bit value other than 0, by open addressing. It keeps its memory
// when cleared, so that a sampler that is warm allocates nothing.
class FlatMap {
 public:
  FlatMap() : slots_(64) {}

  // Forgets all entries. Costs nothing per slot: entries of an older epoch count as free.
  void clear() {
    size_ = 0;
    ++epoch_;
  }

  size_t size() const { return size_; }

  // The value slot of a key, 0 where the key is new; the caller then sets it. The reference holds
  // until the next call.
  uint32_t& operator()(uint64_t first, uint64_t second) {
    if ((size_ + 1) * 4 > slots_.size() * 3) grow();
    Slot& slot = find(first, second);
    if (slot.epoch != epoch_) {
      slot = {first, second, epoch_, 0};
      ++size_;
    }
    return slot.value;
  }

 private:
  struct Slot {
    uint64_t first = 0;
    uint64_t second = 0;
    uint32_t epoch = 0;
    uint32_t value = 0;
  };

  Slot& find(uint64_t first, uint64_t second) {
    const size_t mask = slots_.size() - 1;
    size_t at = mix_bits(first * 0x9e3779b97f4a7c15ULL + second) & mask;
    while (slots_[at].epoch == epoch_ &&
           (slots_[at].first != first || slots_[at].second != second)) {
      at = (at + 1) & mask;
    }
    return slots_[at];
  }

  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.epoch == epoch_) find(slot.first, slot.second) = slot;
    }
  }

  std::vector<Slot> slots_;
  size_t size_ = 0;
  uint32_t epoch_ = 1;
};

}  // namespace pyspy
