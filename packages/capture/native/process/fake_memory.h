// SPDX-License-Identifier: MIT
//
// For tests only.
#pragma once

#include <cstring>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "process/remote_memory.h"

namespace pyspy {

// Memory of a target that does not exist. Each region is mapped to the byte, and what lies between
// them cannot be read.
class FakeMemory final : public RemoteMemory {
 public:
  // Maps `size` zero bytes somewhere, never right behind another region.
  Address map(size_t size) {
    const Address address = next_;
    next_ += (size + 0x2000) & ~0xfffULL;
    regions_[address].resize(size);
    return address;
  }

  void unmap(Address address) { regions_.erase(address); }

  // Writes where memory has been mapped.
  template <typename T>
  void put(Address address, T value) {
    put_bytes(address, {reinterpret_cast<const uint8_t*>(&value), sizeof value});
  }

  void put_bytes(Address address, std::span<const uint8_t> bytes) {
    if (uint8_t* at = find(address, bytes.size()); at != nullptr && !bytes.empty()) {
      std::memcpy(at, bytes.data(), bytes.size());
    }
  }

  bool read(Address address, void* destination, size_t length) override {
    ++reads_;
    const uint8_t* at = find(address, length);
    if (at == nullptr) return false;
    bytes_read_ += length;
    if (length > 0) std::memcpy(destination, at, length);  // a copy of nothing may have no place
    return true;
  }

  bool read(ReadPlan& plan) override {
    ++reads_;
    uint8_t* buffer = plan.reserve();
    size_t number = 0;
    for (const iovec& region : plan.regions()) {
      if (on_region) on_region(number++);
      const uint8_t* at = find(reinterpret_cast<Address>(region.iov_base), region.iov_len);
      if (at == nullptr) return false;
      std::memcpy(buffer, at, region.iov_len);
      buffer += region.iov_len;
      bytes_read_ += region.iov_len;
    }
    return true;
  }

  // Called before each region of a plan is read, with its number: a target that runs on meanwhile.
  std::function<void(size_t)> on_region;

 private:
  uint8_t* find(Address address, size_t length) {
    auto region = regions_.upper_bound(address);
    if (region == regions_.begin()) return nullptr;
    --region;
    const Address offset = address - region->first;
    std::vector<uint8_t>& bytes = region->second;
    if (offset > bytes.size() || bytes.size() - offset < length) return nullptr;
    return bytes.data() + offset;
  }

  std::map<Address, std::vector<uint8_t>> regions_;
  Address next_ = 0x100000;
};

}  // namespace pyspy
